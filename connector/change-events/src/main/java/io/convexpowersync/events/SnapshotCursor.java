package io.convexpowersync.events;

import java.util.Optional;

/**
 * A place inside the walk of a snapshot.
 *
 * @param page the cursor that fetches the current page, byte for byte as Convex returned it; empty
 *     for the first page
 * @param lastId {@code _id} of the last row of that page that was written; empty at its start. Rows
 *     of a page come in ascending order, so a resumed walk skips up to and including it
 * @param rows rows of this snapshot written so far, for progress only
 */
public record SnapshotCursor(Optional<String> page, Optional<String> lastId, long rows) {
  /** The start of a walk. */
  public static final SnapshotCursor START =
      new SnapshotCursor(Optional.empty(), Optional.empty(), 0);
}
