package io.convexpowersync.source.stream;

import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.TableId;
import java.util.List;
import java.util.Optional;

/**
 * What a stream needs from the deployment next. A function of the offset, so a retry repeats it.
 */
public sealed interface Request {
  /** The head of the deployment and the tables that it has. */
  record Discovery() implements Request {}

  /**
   * A page of a snapshot.
   *
   * @param pin the timestamp to read at (ns)
   * @param page the cursor of the page
   * @param tables the same tables for the whole walk, never empty
   */
  record SnapshotPage(long pin, Optional<String> page, List<TableId> tables) implements Request {
    /** The page behind this one, unless it is the last. */
    public Optional<Request> next(SnapshotPageEnd end) {
      return end.cursor().map(cursor -> new SnapshotPage(pin, Optional.of(cursor), tables));
    }
  }

  /**
   * A page of the log.
   *
   * @param cursor exclusive lower bound (ns)
   */
  record DeltaPage(long cursor) implements Request {
    /** The page behind this one, if it is there already. */
    public Optional<Request> next(DeltaPageEnd end) {
      return end.hasMore() ? Optional.of(new DeltaPage(end.cursor())) : Optional.empty();
    }
  }

  /** The tables that the deployment has now. */
  record Tables() implements Request {}

  /** Nothing any more. */
  record Nothing() implements Request {}
}
