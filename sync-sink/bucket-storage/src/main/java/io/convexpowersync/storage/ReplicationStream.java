package io.convexpowersync.storage;

import java.util.Optional;

/**
 * One deployed sync config: a row of {@code sync_rules}.
 *
 * @param id its id
 * @param state its state
 * @param slotName its name, part of its lock's name
 * @param storageVersion storage version of its rows
 * @param content the YAML as deployed
 * @param plan the compiled plan, JSON text; empty when the service compiles the YAML itself
 * @param snapshotDone whether its first snapshot is complete
 * @param checkpoint the published op id
 * @param lsn the published LSN
 */
public record ReplicationStream(
    StreamId id,
    State state,
    String slotName,
    int storageVersion,
    String content,
    Optional<String> plan,
    boolean snapshotDone,
    Optional<OpId> checkpoint,
    Optional<Lsn> lsn) {
  /** The states that the PowerSync Service knows. */
  public enum State {
    PROCESSING,
    ACTIVE,
    ERRORED,
    STOP,
    TERMINATED
  }
}
