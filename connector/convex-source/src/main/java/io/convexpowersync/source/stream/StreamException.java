package io.convexpowersync.source.stream;

/** The deployment's answers do not fit together with the position. No retry helps. */
public final class StreamException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StreamException(String message) {
    super(message);
  }
}
