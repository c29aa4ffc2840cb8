package io.convexpowersync.source.stream;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes what happens to whole tables: they are dropped, or dropped and created again.
 *
 * <p>A truncate stands behind everything at the position, and in front of the commit that gave the
 * drop away. The resolved marker before it makes the position durable: otherwise a repetition could
 * stand at an earlier one, where consumers take it for done.
 */
final class TableEvents {
  private final DropHandling handling;
  private final Journal journal;
  private final TableWatch watch;

  TableEvents(StreamSettings settings, Journal journal, StreamClock clock) {
    this.handling = settings.drops();
    this.journal = journal;
    this.watch = new TableWatch(settings.dropCheckIntervalMs(), clock);
  }

  /** Whether the tables should be listed now that the log was read to its end. */
  boolean isDue() {
    return handling != DropHandling.IGNORE && watch.isDue(journal.position());
  }

  /** Takes the tables that exist. */
  void listed(Collection<TableId> existing) {
    Capture capture = journal.capture();
    TableWatch.Listing listing =
        watch.listed(capture.tables().keySet(), existing, journal.position());
    if (!listing.dropped().isEmpty()) {
      drop(listing.dropped(), capture.without(listing.dropped()), "is gone");
    }
    // It was created again, and what it held before may be gone.
    request(listing.again());
  }

  void notListed() {
    watch.notListed();
  }

  /** Before the changes of a commit are written: what their ids tell of their tables. */
  void beforeCommit(List<Change> changes) {
    TableWatch.Sightings seen = TableWatch.sightings(journal.capture(), changes);
    if (!seen.replaced().isEmpty() && handling != DropHandling.IGNORE) {
      drop(seen.replaced(), seen.capture(), "has another internal number, so it was created again");
    } else if (!seen.capture().equals(journal.capture())) {
      journal.captured(seen.capture());
    }
    // Both tables exist, as while an import runs: what was taken for gone has to be read again.
    request(seen.returned());
  }

  private void drop(Set<TableId> tables, Capture after, String why) {
    if (handling == DropHandling.FAIL) {
      throw new StreamException(
          ("Of the captured tables, %s was dropped at or after %s: it %s. Convex's log has no"
                  + " deletes of its documents. Set table.drop.handling=truncate to tell consumers"
                  + " that it is empty, or ignore to let them keep it, and restart the task")
              .formatted(tables, journal.position(), why));
    }
    if (journal.capture().tables(TableStatus.PENDING).isEmpty()) {
      journal.resolve(journal.position(), journal.capture());
    }
    Position position = journal.nextSnapshot(journal.position());
    tables.forEach(table -> journal.change(new Change.Truncate(position, table)));
    journal.streamed(position, after);
  }

  private void request(Set<TableId> tables) {
    Capture capture = journal.capture();
    Set<TableId> wanted = new TreeSet<>(capture.requested());
    tables.stream()
        .filter(table -> capture.tables().get(table) == TableStatus.COMPLETE)
        .forEach(wanted::add);
    if (!wanted.equals(capture.requested())) {
      journal.captured(capture.withRequested(wanted));
    }
  }
}
