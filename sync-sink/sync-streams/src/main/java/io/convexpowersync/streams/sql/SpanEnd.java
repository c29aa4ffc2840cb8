package io.convexpowersync.streams.sql;

/** How far a node reaches, of the parts that have a place. */
final class SpanEnd {
  private Span last;

  SpanEnd(Span first) {
    this.last = first;
  }

  void reach(Span span) {
    last = span.end() > last.end() ? span : last;
  }

  Span from(Span first) {
    return Span.between(first, last);
  }
}
