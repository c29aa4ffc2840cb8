package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;
import java.util.List;

/** A node of a YAML document that knows where it is. */
sealed interface YamlNode {

  /** From its first character to the end of its last line. */
  Span span();

  /** A map; keys are scalars, each at most once. */
  record Mapping(Span span, List<Entry> entries) implements YamlNode {}

  /** A member of a map. */
  record Entry(Scalar key, YamlNode value) {
    Span span() {
      return Span.between(key.span(), value.span());
    }
  }

  /** A list. */
  record Sequence(Span span, List<YamlNode> items) implements YamlNode {}

  /** The type of a scalar, in the core schema of YAML 1.2. */
  enum Type {
    NULL,
    BOOLEAN,
    INTEGER,
    FRACTION,
    TEXT
  }

  /**
   * A scalar.
   *
   * @param places for each unit of the text, and for its end, the offset in the YAML
   */
  record Scalar(Span span, Type type, String text, int[] places) implements YamlNode {}

  /** A reference to an anchor. Sync configs do not have them. */
  record Alias(Span span) implements YamlNode {}
}
