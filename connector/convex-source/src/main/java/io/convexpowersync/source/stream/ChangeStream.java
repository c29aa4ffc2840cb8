package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotCursor;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Turns what the deployment answers into the events of the log, and knows what to ask next. No I/O.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>{@link #request} is a function of the offset. So whoever starts from an offset that some
 *       event carried gets exactly the events behind it.
 *   <li>An offset never points inside a commit, and the events of a commit leave together.
 *   <li>Positions never decrease. Rows of a snapshot have the position that follows the snapshot's
 *       timestamp; nothing else is written between its begin and its end.
 *   <li>A snapshot reads the tables that are {@code PENDING}, the same ones from begin to end.
 *   <li>A resolved marker names its predecessor, which the offset remembers.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class ChangeStream {
  private final StreamSettings settings;
  private final Supplier<SnapshotId> snapshotIds;
  private final StreamClock clock;
  private final Outbox out;
  private final Markers markers;
  private final ResolvedPacing pacing;
  private final CommitAssembler commits;
  private SnapshotWalk walk;
  private boolean tablesKnown;
  private boolean startOver;

  /**
   * A stream that goes on where an offset says.
   *
   * @param settings what the user wants
   * @param stored the stored offset, if there is one
   * @param snapshotIds names new snapshots
   * @param clock time
   */
  public ChangeStream(
      StreamSettings settings,
      Optional<SourceOffset> stored,
      Supplier<SnapshotId> snapshotIds,
      StreamClock clock) {
    this.settings = settings;
    this.snapshotIds = snapshotIds;
    this.clock = clock;
    this.out = new Outbox(stored);
    this.markers = new Markers(out, clock);
    this.pacing = new ResolvedPacing(settings);
    this.commits = new CommitAssembler(settings);
    stored.ifPresent(this::resume);
  }

  /** What is needed next. */
  public Request request() {
    if (out.offset().isEmpty() || startOver) {
      return new Request.Discovery();
    }
    if (out.offset().get() instanceof SourceOffset.Snapshotting snapshot) {
      return new Request.SnapshotPage(
          snapshot.position().ts(), walk.cursor().page(), TableStatuses.pending(snapshot.tables()));
    } else if (settings.mode() == SnapshotMode.INITIAL_ONLY) {
      return new Request.Nothing();
    }
    return tablesKnown ? new Request.DeltaPage(position().ts()) : new Request.Discovery();
  }

  /** The newest boundary; empty before the first one. */
  public Optional<SourceOffset> offset() {
    return out.offset();
  }

  /** Bytes of what {@link #take} would return; approximate. */
  public long readyBytes() {
    return out.bytes();
  }

  /** Time until {@link #take} has a marker to return that it does not have now (ms). */
  public long markerWaitMs() {
    return isStreaming() ? pacing.waitMs(clock.elapsedMs()) : Long.MAX_VALUE;
  }

  /**
   * Everything that may be written: whole commits, rows of a snapshot, and the markers that are
   * due. The last event carries the newest boundary.
   */
  public List<Emission> take() {
    if (out.offset().orElse(null) instanceof SourceOffset.Snapshotting snapshot) {
      keepWalk(snapshot);
    } else if (isStreaming() && pacing.waitMs(clock.elapsedMs()) == 0) {
      resolve(position());
    }
    return out.take();
  }

  /**
   * Answers {@link Request.Discovery}.
   *
   * @param head the newest timestamp of the deployment (ns)
   * @param existing the tables that it has
   * @throws StreamException when the head is before the position
   */
  public void discovered(long head, List<TableId> existing) {
    List<TableId> captured = existing.stream().filter(settings::captures).sorted().toList();
    if (out.offset().isPresent()) {
      Continuity.checkHead(head, position());
    }
    tablesKnown = true;
    if (out.offset().isEmpty() && settings.mode() == SnapshotMode.NO_DATA) {
      captureFrom(Position.ofCommit(head), captured);
    } else if (out.offset().isEmpty() || startOver) {
      beginSnapshot(commitOrLater(head), TableStatuses.all(wanted(captured), TableStatus.PENDING));
    } else {
      reconcile(captured);
    }
    startOver = false;
  }

  /** Takes a row of a snapshot page. */
  public void snapshotRow(ConvexDocument row) {
    TableId table = new TableId(row.table().component(), row.table().table());
    if (walk.advance(new SnapshotCursor.Row(table, row.id())) && settings.captures(table)) {
      out.add(new Change.Upsert(position(), table, row.id(), row.json(), row.commitTs(), true));
    }
  }

  /** Takes the end of a snapshot page. */
  public void snapshotPageEnded(SnapshotPageEnd end) {
    SourceOffset.Snapshotting snapshot = (SourceOffset.Snapshotting) out.offset().orElseThrow();
    Continuity.checkPin(end.snapshot(), snapshot.position());
    if (end.cursor().isPresent()) {
      walk.nextPage(end.cursor().get());
      keepWalk(snapshot);
    } else {
      endSnapshot(snapshot);
    }
  }

  /** Takes a row of a delta page. */
  public void deltaRow(ConvexDocument row) {
    Continuity.checkOrder(
        row.commitTs(), commits.isOpen() ? commits.openTs() : position().ts() + 1);
    if (commits.isOpen() && row.commitTs() > commits.openTs()) {
      closeCommit();
    }
    commits.add(row, out.offset().orElseThrow().tables());
  }

  /** Takes the end of a delta page. */
  public void deltaPageEnded(DeltaPageEnd end) {
    if (commits.isOpen()) {
      closeCommit();
    }
    Continuity.checkHead(end.cursor(), position());
    if (end.cursor() > position().ts()) {
      out.boundary(streaming(Position.ofCommit(end.cursor())));
    }
    List<TableId> added = TableStatuses.pending(tables());
    if (!end.hasMore() && !added.isEmpty()) {
      // The log is read up to the head, so the head can be pinned without a gap.
      beginSnapshot(position(), tables());
    }
  }

  /** The page that was being read broke off: it will be requested again from the offset. */
  public void interrupted() {
    commits.discard();
    if (out.offset().orElse(null) instanceof SourceOffset.Snapshotting snapshot) {
      keepWalk(snapshot);
      walk.restartPage();
    }
  }

  /**
   * The deployment no longer has the position.
   *
   * @return whether the stream starts over with a new snapshot
   */
  public boolean positionLost() {
    interrupted();
    startOver = settings.mode() == SnapshotMode.WHEN_NEEDED;
    return startOver;
  }

  private void resume(SourceOffset stored) {
    if (stored instanceof SourceOffset.Snapshotting snapshot) {
      walk = new SnapshotWalk(snapshot.cursor());
      if (snapshot.cursor().equals(SnapshotCursor.START)) {
        // The end of the announcement may not have been written.
        announce(snapshot);
      } else if (TableStatuses.pending(snapshot.tables()).isEmpty()) {
        endSnapshot(snapshot);
      }
    } else {
      startOver = settings.mode() == SnapshotMode.ALWAYS;
      if (!stored.lastResolved().equals(Optional.of(position()))) {
        pacing.dataMoved();
      }
    }
  }

  /** The position of the head, with the number of the last snapshot that was taken there. */
  private Position commitOrLater(long head) {
    boolean again = out.offset().isPresent() && position().ts() == head;
    return again ? position() : Position.ofCommit(head);
  }

  /** Includes tables that are gone, so that a snapshot tells consumers that they are empty. */
  private Set<TableId> wanted(List<TableId> captured) {
    Set<TableId> wanted = new TreeSet<>(captured);
    out.offset().ifPresent(offset -> wanted.addAll(offset.tables().keySet()));
    wanted.removeIf(table -> !settings.captures(table));
    return wanted;
  }

  private void captureFrom(Position head, List<TableId> captured) {
    Map<TableId, TableStatus> statuses = TableStatuses.all(captured, TableStatus.CAPTURED);
    markers.tables(head, captured, TableStatus.CAPTURED);
    out.boundary(new SourceOffset.Streaming(head, statuses, Optional.empty()));
    resolve(head);
  }

  /** Compares the tables of the offset with those that are there and wanted now. */
  private void reconcile(List<TableId> captured) {
    Map<TableId, TableStatus> statuses = new TreeMap<>(tables());
    statuses.keySet().removeIf(table -> !settings.captures(table));
    List<TableId> added = captured.stream().filter(t -> !statuses.containsKey(t)).toList();
    boolean noData = settings.mode() == SnapshotMode.NO_DATA;
    added.forEach(t -> statuses.put(t, noData ? TableStatus.CAPTURED : TableStatus.PENDING));
    if (noData) {
      markers.tables(position(), added, TableStatus.CAPTURED);
    }
    out.boundary(new SourceOffset.Streaming(position(), statuses, lastResolved()));
  }

  private void beginSnapshot(Position after, Map<TableId, TableStatus> statuses) {
    SourceOffset.Snapshotting snapshot =
        new SourceOffset.Snapshotting(
            after.nextSeq(), snapshotIds.get(), SnapshotCursor.START, statuses, lastResolved());
    walk = new SnapshotWalk(SnapshotCursor.START);
    announce(snapshot);
  }

  private void announce(SourceOffset.Snapshotting snapshot) {
    List<TableId> pending = TableStatuses.pending(snapshot.tables());
    Position position = snapshot.position();
    markers.snapshotBegin(position, snapshot.snapshot(), pending);
    out.boundary(snapshot);
    markers.tables(position, pending, TableStatus.PENDING);
    if (pending.isEmpty()) {
      endSnapshot(snapshot);
    }
  }

  private void endSnapshot(SourceOffset.Snapshotting snapshot) {
    List<TableId> pending = TableStatuses.pending(snapshot.tables());
    Position position = snapshot.position();
    markers.snapshotEnd(position, snapshot.snapshot(), pending);
    markers.tables(position, pending, TableStatus.COMPLETE);
    resolve(position, TableStatuses.with(snapshot.tables(), pending, TableStatus.COMPLETE));
    walk = null;
  }

  private void keepWalk(SourceOffset.Snapshotting snapshot) {
    if (!walk.cursor().equals(snapshot.cursor())) {
      out.boundary(
          new SourceOffset.Snapshotting(
              snapshot.position(),
              snapshot.snapshot(),
              walk.cursor(),
              snapshot.tables(),
              snapshot.lastResolved()));
    }
  }

  private void closeCommit() {
    CommitAssembler.Commit commit = commits.close();
    List<TableId> newTables = List.copyOf(commit.newTables());
    commit.changes().forEach(out::add);
    // They did not exist before, or the discovery would have seen them: nothing to snapshot.
    markers.tables(commit.position(), newTables, TableStatus.COMPLETE);
    out.boundary(
        new SourceOffset.Streaming(
            commit.position(),
            TableStatuses.with(tables(), newTables, TableStatus.COMPLETE),
            lastResolved()));
    if (commit.hasData()) {
      pacing.dataMoved();
    }
    if (commit.checkpoint()) {
      pacing.checkpointMoved();
    }
  }

  private void resolve(Position position) {
    resolve(position, tables());
  }

  private void resolve(Position position, Map<TableId, TableStatus> statuses) {
    markers.resolved(position, lastResolved());
    out.boundary(new SourceOffset.Streaming(position, statuses, Optional.of(position)));
    pacing.sent(clock.elapsedMs());
  }

  private SourceOffset.Streaming streaming(Position position) {
    return new SourceOffset.Streaming(position, tables(), lastResolved());
  }

  private boolean isStreaming() {
    return out.offset().orElse(null) instanceof SourceOffset.Streaming && !startOver;
  }

  private Position position() {
    return out.offset().orElseThrow().position();
  }

  private Map<TableId, TableStatus> tables() {
    return out.offset().orElseThrow().tables();
  }

  private Optional<Position> lastResolved() {
    return out.offset().flatMap(SourceOffset::lastResolved);
  }
}
