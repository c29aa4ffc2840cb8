package io.convexpowersync.streams.compiler;

/** A sync config that cannot be compiled. The message has several lines, with the places. */
public final class InvalidSyncConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidSyncConfigException(String message) {
    super(message);
  }
}
