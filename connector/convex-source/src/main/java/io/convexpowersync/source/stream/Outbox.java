package io.convexpowersync.source.stream;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SourceOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is ready to be written, with the rule for offsets: every event carries the newest boundary
 * before it, and only the last event before a boundary carries that boundary.
 */
final class Outbox {
  /** What an event costs beside its document; a rough figure. */
  private static final long OVERHEAD_BYTES = 200;

  private List<Emission> ready = new ArrayList<>();
  private Optional<SourceOffset> offset;
  private long bytes;

  Outbox(Optional<SourceOffset> offset) {
    this.offset = offset;
  }

  Optional<SourceOffset> offset() {
    return offset;
  }

  long bytes() {
    return bytes;
  }

  void add(LogEvent event, SnapshotFlag snapshot) {
    ready.add(new Emission(event, snapshot, offset, false));
    bytes += size(event);
  }

  /**
   * Everything so far leads to this offset. With nothing to carry it, it waits for the next event.
   */
  void boundary(SourceOffset reached) {
    offset = Optional.of(reached);
    if (!ready.isEmpty()) {
      int last = ready.size() - 1;
      ready.set(last, ready.get(last).at(reached));
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
