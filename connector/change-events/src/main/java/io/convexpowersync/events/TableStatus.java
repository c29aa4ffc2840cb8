package io.convexpowersync.events;

import java.util.Locale;

/** What the source knows of a captured table. Part of the source offset and of table markers. */
public enum TableStatus {
  /** Changes are captured, but no snapshot of it was taken or is planned ({@code no_data}). */
  CAPTURED,
  /** A snapshot of it is planned or running. */
  PENDING,
  /** A snapshot of it is complete, and every change since is captured. */
  COMPLETE;

  /** Lower-case, as in records and offsets. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The inverse of {@link #text}. */
  public static TableStatus parse(String text) {
    for (TableStatus status : values()) {
      if (status.text().equals(text)) {
        return status;
      }
    }
    throw new IllegalArgumentException(
        "Unknown table status \"" + text + "\": expected captured, pending or complete");
  }
}
