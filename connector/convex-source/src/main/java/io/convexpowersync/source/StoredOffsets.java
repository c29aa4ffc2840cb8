package io.convexpowersync.source;

import io.convexpowersync.events.SourceOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What Connect has stored for the task.
 *
 * @param stream where the stream resumes; empty if nothing is stored
 * @param reader the offset of any source partition; null if nothing is stored
 */
record StoredOffsets(
    Optional<SourceOffset> stream, Function<Map<String, String>, Map<String, Object>> reader) {}
