package io.convexpowersync.streams.bucketdefinitions;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.sql.Span;

/** A query is so wrong that only this is said of it. */
final class UnusableQueryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Category category;
  private final transient Span span;

  /**
   * @param span in the SQL; null for all of it
   */
  UnusableQueryException(Category category, Span span, String message) {
    super(message, null, false, false);
    this.category = category;
    this.span = span;
  }

  Category category() {
    return category;
  }

  Span span() {
    return span;
  }
}
