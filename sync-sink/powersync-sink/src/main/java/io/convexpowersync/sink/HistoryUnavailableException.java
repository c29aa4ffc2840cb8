package io.convexpowersync.sink;

/** The history of the log cannot be read now. The message says why, and what to do. */
public final class HistoryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HistoryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
