package io.convexpowersync.source.stream;

import io.convexpowersync.events.TableId;
import java.util.Optional;

/**
 * How far a snapshot is.
 *
 * @param rows rows read so far
 * @param table the table of the newest one
 */
public record SnapshotProgress(long rows, Optional<TableId> table) {}
