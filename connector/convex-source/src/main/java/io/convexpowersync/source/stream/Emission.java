package io.convexpowersync.source.stream;

import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SourceOffset;
import java.util.Optional;

/**
 * An event, and the offset that may be stored once it and everything before it has been written.
 *
 * @param event the event
 * @param snapshot the event's place in a snapshot, if it is a row of one
 * @param index the event's number in the log, see {@link io.convexpowersync.events.LogRecord#index}
 * @param offset the newest boundary at or before the event; empty before the first boundary of all
 * @param boundary whether the event completes a commit, or something else that must not be split
 */
public record Emission(
    LogEvent event,
    SnapshotFlag snapshot,
    long index,
    Optional<SourceOffset> offset,
    boolean boundary) {
  Emission at(SourceOffset reached) {
    return new Emission(event, snapshot, index, Optional.of(reached), true);
  }
}
