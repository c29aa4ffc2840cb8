package io.convexpowersync.events;

import java.util.Locale;

/** The {@code marker.kind} field. */
enum MarkerKind {
  RESOLVED,
  SNAPSHOT_BEGIN,
  SNAPSHOT_END,
  TABLE;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static MarkerKind of(Marker marker) {
    if (marker instanceof Marker.Resolved) {
      return RESOLVED;
    } else if (marker instanceof Marker.SnapshotBegin) {
      return SNAPSHOT_BEGIN;
    } else if (marker instanceof Marker.SnapshotEnd) {
      return SNAPSHOT_END;
    }
    return TABLE;
  }

  static MarkerKind parse(String text) {
    for (MarkerKind kind : values()) {
      if (kind.text().equals(text)) {
        return kind;
      }
    }
    throw new InvalidLogRecordException(
        "Unknown marker kind \"" + text + "\": it was written by a newer source connector");
  }
}
