package io.convexpowersync.source.stream;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SourceOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is ready to be written, with the rule for offsets: every event carries the newest boundary
 * before it, and only the last event before a boundary carries that boundary. Numbers the events
 * behind each resolved marker; the offsets hold the number of the next one.
 */
final class Outbox {
  /** What an event costs beside its document; a rough figure. */
  private static final long OVERHEAD_BYTES = 200;

  private List<Emission> ready = new ArrayList<>();
  private Optional<SourceOffset> offset;
  private Position resolved;
  private long unresolved;
  private long bytes;

  Outbox(Optional<SourceOffset> offset) {
    this.offset = offset;
    this.resolved = offset.flatMap(SourceOffset::lastResolved).orElse(Position.ZERO);
    this.unresolved = offset.map(SourceOffset::unresolved).orElse(0L);
  }

  Optional<SourceOffset> offset() {
    return offset;
  }

  long bytes() {
    return bytes;
  }

  void add(LogEvent event, SnapshotFlag snapshot) {
    ready.add(new Emission(event, snapshot, unresolved, offset, false));
    bytes += size(event);
    count(event);
  }

  private void count(LogEvent event) {
    if (event instanceof Marker.Resolved) {
      resolved = event.position();
      unresolved = 0;
    } else if (event.position().isAfter(resolved)) {
      unresolved++;
    }
  }

  /**
   * Everything so far leads to this offset. With nothing to carry it, it waits for the next event.
   */
  void boundary(SourceOffset reached) {
    SourceOffset counted = reached.withUnresolved(unresolved);
    offset = Optional.of(counted);
    if (!ready.isEmpty()) {
      int last = ready.size() - 1;
      ready.set(last, ready.get(last).at(counted));
    }
  }

  List<Emission> take() {
    List<Emission> taken = ready;
    ready = new ArrayList<>();
    bytes = 0;
    return taken;
  }

  private static long size(LogEvent event) {
    return event instanceof Change.Upsert upsert
        ? OVERHEAD_BYTES + upsert.document().length()
        : OVERHEAD_BYTES;
  }
}
