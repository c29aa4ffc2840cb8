package io.convexpowersync.storage;

/**
 * Identifies a replication stream: {@code sync_rules.id}, the {@code group_id} of all other tables,
 * and the prefix of bucket names.
 */
public record StreamId(int value) {
  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
