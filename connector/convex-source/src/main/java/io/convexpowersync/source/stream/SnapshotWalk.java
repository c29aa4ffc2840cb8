package io.convexpowersync.source.stream;

import io.convexpowersync.events.SnapshotCursor;
import java.util.Optional;

/**
 * Where a snapshot's walk is, row by row.
 *
 * <p>A page that is requested again starts with rows that were written before; they are skipped up
 * to and including the last one. A page may be shorter the second time, because the server cuts
 * pages by time too; so skipping goes on in the next page.
 */
final class SnapshotWalk {
  private SnapshotCursor cursor;
  private Optional<SnapshotCursor.Row> skipTo;

  SnapshotWalk(SnapshotCursor cursor) {
    this.cursor = cursor;
    this.skipTo = cursor.last();
  }

  SnapshotCursor cursor() {
    return cursor;
  }

  /** The current page will be read from its start. */
  void restartPage() {
    skipTo = cursor.last();
  }

  /** Takes the next row of the page; false when it was written before. */
  boolean advance(SnapshotCursor.Row row) {
    if (skipTo.isPresent()) {
      SnapshotCursor.Row target = skipTo.get();
      if (target.covers(row)) {
        if (target.equals(row)) {
          skipTo = Optional.empty();
        }
        return false;
      }
      skipTo = Optional.empty();
    }
    cursor = new SnapshotCursor(cursor.page(), Optional.of(row), cursor.rows() + 1);
    return true;
  }

  /** The page is read, and this is where the next one starts. */
  void nextPage(String page) {
    if (cursor.page().filter(page::equals).isPresent()) {
      throw new StreamException(
          "The deployment answered a snapshot page with the page's own cursor, so the walk would"
              + " never end. Report it to Convex; the cursor is "
              + page);
    }
    cursor = new SnapshotCursor(Optional.of(page), skipTo, cursor.rows());
  }
}
