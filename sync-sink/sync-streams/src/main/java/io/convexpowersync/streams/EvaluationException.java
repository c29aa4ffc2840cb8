package io.convexpowersync.streams;

/**
 * An expression or a document that cannot be evaluated. Expected for some rows, perhaps for every
 * row of a table, so it carries no stack trace.
 */
final class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EvaluationException(String message) {
    super(message, null, false, false);
  }
}
