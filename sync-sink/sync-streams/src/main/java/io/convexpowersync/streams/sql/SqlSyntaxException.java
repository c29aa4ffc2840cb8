package io.convexpowersync.streams.sql;

import java.util.Optional;

/** A text that is not in the accepted SQL syntax. */
public final class SqlSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Span span;

  /**
   * @param span the token that cannot stand where it is; null when there is none, as when the text
   *     ends too early or a character begins no token
   */
  SqlSyntaxException(String message, Span span) {
    super(message);
    this.span = span;
  }

  /** The token that cannot stand where it is. */
  public Optional<Span> span() {
    return Optional.ofNullable(span);
  }
}
