package io.convexpowersync.standalone;

/** A sync config that cannot be compiled. The message has several lines, with the places. */
final class InvalidSyncConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidSyncConfigException(String message) {
    super(message);
  }
}
