package io.convexpowersync.source.stream;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;

/**
 * Writes the events of the log, and knows the offset that they lead to. Markers are stamped with
 * the wall clock.
 */
final class Journal {
  private final Outbox out;
  private final ResolvedPacing pacing;
  private final StreamClock clock;

  Journal(Optional<SourceOffset> stored, ResolvedPacing pacing, StreamClock clock) {
    this.out = new Outbox(stored);
    this.pacing = pacing;
    this.clock = clock;
  }

  /** The newest boundary; empty before the first one. */
  Optional<SourceOffset> offset() {
    return out.offset();
  }

  Position position() {
    return out.offset().orElseThrow().position();
  }

  Capture capture() {
    return out.offset().orElseThrow().capture();
  }

  Optional<Position> lastResolved() {
    return out.offset().flatMap(SourceOffset::lastResolved);
  }

  /** The running snapshot, if one is. */
  Optional<SourceOffset.Snapshotting> snapshot() {
    return out.offset().orElse(null) instanceof SourceOffset.Snapshotting snapshot
        ? Optional.of(snapshot)
        : Optional.empty();
  }

  void change(Change change) {
    out.add(change, SnapshotFlag.NONE);
  }

  void snapshotRow(Change.Upsert row, SnapshotFlag place) {
    out.add(row, place);
  }

  void tables(Position position, List<TableId> tables, TableStatus status) {
    for (TableId table : tables) {
      mark(new Marker.TableChanged(position, table, status, clock.wallMs()));
    }
  }

  /**
   * The position of a snapshot that starts now. Its number is the time of day, unless that is too
   * low: what was written may be newer than the offset, or the offset may have been deleted, and a
   * consumer takes a number that it has seen for a repetition.
   */
  Position nextSnapshot(Position after) {
    return new Position(after.ts(), Math.max(after.seq() + 1, clock.wallMs()));
  }

  /** Announces a snapshot. From here on it is resumed, and not started. */
  void snapshotBegun(SourceOffset.Snapshotting snapshot) {
    List<TableId> tables = snapshot.capture().tables(TableStatus.PENDING);
    Position position = snapshot.position();
    mark(new Marker.SnapshotBegin(position, snapshot.snapshot(), tables, clock.wallMs()));
    out.boundary(snapshot);
    tables(position, tables, TableStatus.PENDING);
  }

  void snapshotReached(SourceOffset.Snapshotting snapshot) {
    out.boundary(snapshot);
  }

  void snapshotEnded(SourceOffset.Snapshotting snapshot) {
    List<TableId> tables = snapshot.capture().tables(TableStatus.PENDING);
    snapshotClosed(snapshot, tables, TableStatus.COMPLETE);
  }

  /** Ends a snapshot that completes no table. */
  void snapshotStopped(SourceOffset.Snapshotting snapshot) {
    snapshotClosed(snapshot, List.of(), TableStatus.CAPTURED);
  }

  private void snapshotClosed(
      SourceOffset.Snapshotting snapshot, List<TableId> complete, TableStatus status) {
    Position position = snapshot.position();
    List<TableId> tables = snapshot.capture().tables(TableStatus.PENDING);
    mark(new Marker.SnapshotEnd(position, snapshot.snapshot(), complete, clock.wallMs()));
    tables(position, tables, status);
    resolve(position, snapshot.capture().with(tables, status));
  }

  /** What is captured has changed where the stream stands. */
  void captured(Capture capture) {
    SourceOffset now = out.offset().orElseThrow();
    if (now instanceof SourceOffset.Snapshotting running) {
      out.boundary(
          new SourceOffset.Snapshotting(
              running.position(),
              running.snapshot(),
              running.cursor(),
              capture,
              running.lastResolved()));
    } else {
      streamed(now.position(), capture);
    }
  }

  void streamed(Position position, Capture capture) {
    out.boundary(new SourceOffset.Streaming(position, capture, lastResolved()));
  }

  void resolve(Position position, Capture capture) {
    mark(new Marker.Resolved(position, lastResolved(), clock.wallMs()));
    out.boundary(new SourceOffset.Streaming(position, capture, Optional.of(position)));
    pacing.sent(clock.elapsedMs());
  }

  private void mark(Marker marker) {
    out.add(marker, SnapshotFlag.NONE);
  }

  long bytes() {
    return out.bytes();
  }

  List<Emission> take() {
    return out.take();
  }
}
