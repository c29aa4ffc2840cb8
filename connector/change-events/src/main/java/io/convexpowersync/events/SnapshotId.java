package io.convexpowersync.events;

/**
 * Identifies one snapshot. A snapshot that is resumed after a crash keeps its id; one that starts
 * over gets a new one.
 *
 * @param value any text, unique within a deployment
 */
public record SnapshotId(String value) {
  public SnapshotId {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("A snapshot id is never empty");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
