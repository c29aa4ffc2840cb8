package io.convexpowersync.events;

/** A record is not one of the log topic's. The message says what is wrong with it. */
public final class InvalidLogRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidLogRecordException(String message) {
    super(message);
  }
}
