package io.convexpowersync.source;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.source.stream.SnapshotProgress;
import io.convexpowersync.source.stream.StreamClock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what the task is doing: changes of phase, and how a snapshot gets on. */
final class ProgressLog {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
  private static final long INTERVAL_MS = 10_000;

  private final String name;
  private final StreamClock clock;
  private Optional<SourceOffset> seen = Optional.empty();
  private Optional<SnapshotId> snapshot = Optional.empty();
  private Mark start = new Mark(0, 0);
  private Mark lastLine = new Mark(0, 0);

  ProgressLog(String name, StreamClock clock) {
    this.name = name;
    this.clock = clock;
  }

  /** How many rows there were at a time. */
  private record Mark(long atMs, long rows) {
    long rateTo(Mark later) {
      return (later.rows - rows) * 1000 / Math.max(1, later.atMs - atMs);
    }
  }

  /**
   * Looks at what was reached.
   *
   * @param offset the newest boundary
   * @param progress how far the newest snapshot is
   */
  void reached(Optional<SourceOffset> offset, SnapshotProgress progress) {
    if (offset.isEmpty() || offset.equals(seen)) {
      return;
    }
    Mark mark = new Mark(clock.elapsedMs(), progress.rows());
    if (offset.get() instanceof SourceOffset.Snapshotting snapshotting) {
      snapshotting(snapshotting, mark, progress);
    } else {
      streaming(offset.get(), mark);
    }
    seen = offset;
  }

  private void snapshotting(SourceOffset.Snapshotting now, Mark mark, SnapshotProgress progress) {
    if (!snapshot.equals(Optional.of(now.snapshot()))) {
      LOG.info(
          "{}: snapshot {} of {} tables at {}, from row {} on",
          name,
          now.snapshot(),
          now.capture().tables(TableStatus.PENDING).size(),
          now.position(),
          mark.rows());
      snapshot = Optional.of(now.snapshot());
      start = mark;
      lastLine = mark;
    } else if (mark.atMs() - lastLine.atMs() >= INTERVAL_MS) {
      LOG.info(
          "{}: snapshot {}: {} rows, {} rows/s, table {}",
          name,
          now.snapshot(),
          mark.rows(),
          lastLine.rateTo(mark),
          progress.table().map(TableId::toString).orElse("(none yet)"));
      lastLine = mark;
    }
  }

  private void streaming(SourceOffset now, Mark mark) {
    if (snapshot.isPresent()) {
      LOG.info(
          "{}: snapshot {} is complete: {} rows, {} s, {} rows/s",
          name,
          snapshot.get(),
          mark.rows(),
          (mark.atMs() - start.atMs()) / 1000,
          start.rateTo(mark));
      snapshot = Optional.empty();
    }
    if (!(seen.orElse(null) instanceof SourceOffset.Streaming)) {
      LOG.info("{}: following the log from {}", name, now.position());
      warnOfOtherTables(seen, now);
    } else if (!seen.get().capture().tables().keySet().equals(now.capture().tables().keySet())) {
      warnOfDrops(seen.get().capture(), now.capture());
      warnOfOtherTables(seen, now);
      LOG.info("{}: captured tables are now {}", name, now.capture().tables().keySet());
      List<TableId> pending = now.capture().tables(TableStatus.PENDING);
      if (!pending.isEmpty()) {
        LOG.info("{}: a snapshot of {} follows when the log is read to its end", name, pending);
      }
    } else {
      warnOfOtherTables(seen, now);
    }
  }

  private void warnOfDrops(Capture before, Capture now) {
    Set<TableId> gone = new TreeSet<>(before.tables().keySet());
    gone.removeAll(now.tables().keySet());
    if (!gone.isEmpty() && before.filter().equals(now.filter())) {
      LOG.warn("{}: {} was dropped; consumers are told that it is empty", name, gone);
    }
  }

  /** Convex never says which documents an import removes, and shows those that it brings early. */
  private void warnOfOtherTables(Optional<SourceOffset> before, SourceOffset now) {
    now.capture()
        .numbers()
        .forEach(
            (table, numbers) -> {
              boolean known =
                  before.map(o -> numbers.equals(o.capture().numbers().get(table))).orElse(false);
              if (numbers.size() > 1 && !known) {
                LOG.warn(
                    "{}: documents of more than one table named {} were seen (numbers {}). It was"
                        + " dropped and created again, or an import or a restore replaces it, whose"
                        + " documents Convex exports before it is complete. If there was one, take"
                        + " a new snapshot of {} when it is over (signal execute-snapshot)",
                    name,
                    table,
                    numbers,
                    table);
              }
            });
  }
}
