package io.convexpowersync.sink.log;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;

/**
 * A snapshot that has begun.
 *
 * @param id its id
 * @param position of its markers and all its rows; no other snapshot has it
 */
public record BegunSnapshot(SnapshotId id, Position position) {}
