package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;

/**
 * A SQL text in the YAML.
 *
 * @param sql the text as YAML reads it
 * @param places for each unit of the text, and for its end, the offset in the YAML
 */
public record SqlText(String sql, int[] places) {

  /** Where a part of the text is in the YAML. */
  public Span inYaml(Span span) {
    return new Span(places[span.start()], places[span.end()]);
  }

  /** Where the whole text is in the YAML. */
  public Span whole() {
    return new Span(places[0], places[sql.length()]);
  }

  /**
   * Where the Service says that something is which has no place: from the start of the text, as far
   * as it is long when YAML has read it.
   */
  public Span unplaced() {
    return new Span(places[0], places[0] + sql.length());
  }
}
