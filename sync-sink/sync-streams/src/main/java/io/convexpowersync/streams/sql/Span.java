package io.convexpowersync.streams.sql;

/**
 * Where something is in a text.
 *
 * @param start offset of its first UTF-16 unit
 * @param end offset behind its last one
 */
public record Span(int start, int end) {

  /** From the start of one to the end of the other. */
  public static Span between(Span first, Span last) {
    return new Span(first.start, last.end);
  }

  /** What is there in the text. */
  public String in(String text) {
    return text.substring(start, end);
  }
}
