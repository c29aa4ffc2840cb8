package io.convexpowersync.streams;

/** A sync plan that cannot be run. The message names the stream or source, and the reason. */
public final class InvalidPlanException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidPlanException(String message) {
    super(message);
  }

  public InvalidPlanException(String message, Throwable cause) {
    super(message, cause);
  }
}
