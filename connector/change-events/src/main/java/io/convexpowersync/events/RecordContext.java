package io.convexpowersync.events;

import java.time.Instant;
import java.util.Optional;

/**
 * What the envelope tells beside the change.
 *
 * @param snapshot the change's place in a snapshot
 * @param transaction its place in its commit; empty if that is not told
 * @param processed when the connector handled it
 */
public record RecordContext(
    SnapshotFlag snapshot, Optional<TransactionPlace> transaction, Instant processed) {}
