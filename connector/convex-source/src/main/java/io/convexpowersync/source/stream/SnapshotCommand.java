package io.convexpowersync.source.stream;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.TableId;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What an operator asks of a running stream. */
public sealed interface SnapshotCommand {
  /** What is captured, once the command is remembered. */
  Capture appliedTo(Capture capture);

  /**
   * Read tables as a whole once more, when the log is read to its end. The log waits meanwhile.
   *
   * @param tables which of the captured tables
   */
  record Take(Predicate<TableId> tables) implements SnapshotCommand {
    @Override
    public Capture appliedTo(Capture capture) {
      Set<TableId> wanted = new TreeSet<>(capture.requested());
      capture.tables().keySet().stream().filter(tables).forEach(wanted::add);
      return capture.withRequested(wanted);
    }
  }

  /**
   * Let the running snapshot be, and forget those that were asked for. The tables of the running
   * one are then no longer complete: consumers of the log have emptied them already. They stay
   * incomplete there until the next snapshot, even if a task that crashed before its offset was
   * stored goes on with the one that was stopped.
   */
  record Stop() implements SnapshotCommand {
    @Override
    public Capture appliedTo(Capture capture) {
      return capture.withRequested(Set.of());
    }
  }
}
