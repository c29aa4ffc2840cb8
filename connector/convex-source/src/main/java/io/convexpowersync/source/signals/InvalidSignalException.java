package io.convexpowersync.source.signals;

/** A signal that cannot be carried out. The message says why. */
final class InvalidSignalException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidSignalException(String message) {
    super(message);
  }
}
