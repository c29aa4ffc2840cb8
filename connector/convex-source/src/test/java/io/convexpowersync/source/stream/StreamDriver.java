package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableRef;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import java.util.List;
import java.util.Optional;

/** A stream with a clock, and short ways to feed it. */
final class StreamDriver {
  static final long TS = 1_785_412_800_000_000_000L;
  static final TableId USERS = TableId.root("users");
  static final TableId TODOS = TableId.root("todos");

  final ManualClock clock = new ManualClock();
  final ChangeStream stream;
  private int snapshots;

  StreamDriver(SnapshotMode mode, SourceOffset stored) {
    this(settings(mode), stored);
  }

  StreamDriver(StreamSettings settings, SourceOffset stored) {
    this(settings, stored, CommandReader.NONE);
  }

  StreamDriver(StreamSettings settings, SourceOffset stored, CommandReader commands) {
    this.stream =
        new ChangeStream(
            settings,
            Optional.ofNullable(stored),
            () -> new SnapshotId("s" + ++snapshots),
            clock,
            commands);
  }

  static StreamSettings settings(SnapshotMode mode) {
    return new StreamSettings(
        table -> !table.table().equals("secret"),
        "filter",
        mode,
        25,
        10_000,
        true,
        DropHandling.IGNORE,
        30_000);
  }

  /** A new stream that has read an empty snapshot of users at {@link #TS}. */
  static StreamDriver streaming() {
    StreamDriver driver = new StreamDriver(SnapshotMode.INITIAL, null);
    driver.stream.discovered(TS, List.of(USERS));
    driver.stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    driver.stream.take();
    return driver;
  }

  static ConvexDocument row(TableId table, String id, long ts) {
    TableRef ref = new TableRef(table.component(), table.table());
    return new ConvexDocument(ref, id, ts, false, "{\"_id\":\"" + id + "\"}");
  }

  static ConvexDocument tombstone(TableId table, String id, long ts) {
    return new ConvexDocument(new TableRef(table.component(), table.table()), id, ts, true, null);
  }

  /** Feeds one page of the log. */
  StreamDriver deltas(long cursor, boolean hasMore, ConvexDocument... rows) {
    for (ConvexDocument row : rows) {
      stream.deltaRow(row);
    }
    stream.deltaPageEnded(new DeltaPageEnd(cursor, hasMore));
    return this;
  }

  List<Emission> take() {
    return stream.take();
  }

  List<LogEvent> takeEvents() {
    return stream.take().stream().map(Emission::event).toList();
  }

  SourceOffset offset() {
    return stream.offset().orElseThrow();
  }
}
