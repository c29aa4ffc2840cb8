package io.convexpowersync.sink.log;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.List;

/** What the sink does with one event of the log. */
public sealed interface Step {
  /** A repeat, or nothing to do. */
  record Skip() implements Step {}

  /** Write the change. */
  record Apply(Change change) implements Step {}

  /** A snapshot begins; when it has, {@link LogProtocol#begun} is called. */
  record Begin(BegunSnapshot snapshot) implements Step {}

  /**
   * A snapshot ends: what the tables hold and it does not contain is removed; then {@link
   * LogProtocol#ended} is called.
   */
  record End(Position position, List<TableId> tables) implements Step {}

  /** A table is complete without a snapshot. */
  record Complete(Position position, List<TableId> tables) implements Step {}

  /** The state up to here may be published. */
  record Publishable(Position position) implements Step {}

  /** A marker at which nothing may be published yet. */
  record Hold(String reason) implements Step {}

  /**
   * A marker at which nothing may be published, nor at a later one unless the source does
   * something: the log lacks what the stream needs.
   */
  record Refuse(String reason) implements Step {}
}
