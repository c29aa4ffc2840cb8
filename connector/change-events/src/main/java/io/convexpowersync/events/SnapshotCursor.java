package io.convexpowersync.events;

import java.util.Objects;
import java.util.Optional;

/**
 * A place inside the walk of a snapshot.
 *
 * @param page the cursor that fetches the current page, byte for byte as Convex returned it; empty
 *     for the first page
 * @param last the last row of that page that was written; empty at its start. Rows of a page come
 *     in ascending order, so a resumed walk skips up to and including it
 * @param rows rows of this snapshot written so far, for progress only
 */
public record SnapshotCursor(Optional<String> page, Optional<Row> last, long rows) {
  /** The start of a walk. */
  public static final SnapshotCursor START =
      new SnapshotCursor(Optional.empty(), Optional.empty(), 0);

  /**
   * A row of a snapshot.
   *
   * <p>The text of an {@code _id} is base32, most significant bit first, of the table's number and
   * the internal id, in an ascending alphabet. So inside one table the order of the texts is the
   * order of the internal ids, in which Convex walks; across tables it means nothing.
   *
   * @param table its table
   * @param id its {@code _id}
   */
  public record Row(TableId table, String id) {
    public Row {
      Objects.requireNonNull(table, "table");
      Objects.requireNonNull(id, "id");
    }

    /** Whether a walk that reached this row has already passed the other one. */
    public boolean covers(Row other) {
      return table.equals(other.table) && other.id.compareTo(id) <= 0;
    }
  }
}
