package io.convexpowersync.source.stream;

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
  record SnapshotPage(long pin, Optional<String> page, List<TableId> tables) implements Request {}

  /**
   * A page of the log.
   *
   * @param cursor exclusive lower bound (ns)
   */
  record DeltaPage(long cursor) implements Request {}

  /** Nothing any more. */
  record Nothing() implements Request {}
}
