package io.convexpowersync.storage;

/** Number of an operation: a value of {@code op_id_sequence}. */
public record OpId(long value) {
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
