package io.convexpowersync.emulator;

import java.util.Optional;

/** An application error thrown by a function. */
public final class ConvexFunctionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ConvexValue data;

  public ConvexFunctionException(String message) {
    this(message, null);
  }

  /**
   * An error with data for the caller.
   *
   * @param data becomes {@code errorData}
   */
  public ConvexFunctionException(String message, ConvexValue data) {
    super(message);
    this.data = data;
  }

  Optional<ConvexValue> data() {
    return Optional.ofNullable(data);
  }
}
