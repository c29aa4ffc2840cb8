package io.convexpowersync.source.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** When tables are read as a whole, and not only followed. */
public enum SnapshotMode {
  /** Once, before the log is followed. */
  INITIAL,
  /** Once, and the log is never followed. */
  INITIAL_ONLY,
  /** Never: only what changes from now on. */
  NO_DATA,
  /** Like {@link #INITIAL}, and again when the stored position is lost. */
  WHEN_NEEDED,
  /** At every start of the task. */
  ALWAYS;

  /** As it stands in the configuration. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The inverse of {@link #text}. */
  public static SnapshotMode parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** All texts. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(SnapshotMode::text).toList();
  }
}
