package io.convexpowersync.source.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What to do about a table that was dropped. */
public enum DropHandling {
  /** Tell consumers that it is empty. */
  TRUNCATE,
  /** Nothing: consumers keep what they have. */
  IGNORE,
  /** End with an error. */
  FAIL;

  /** As it stands in the configuration. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The inverse of {@link #text}, in any case. */
  public static DropHandling parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** All texts. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(DropHandling::text).toList();
  }
}
