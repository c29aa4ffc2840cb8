package io.convexpowersync.sink.log;

/** The log cannot be this stream's input. The message says why, and what to do. */
public final class LogRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogRefusedException(String message) {
    super(message);
  }
}
