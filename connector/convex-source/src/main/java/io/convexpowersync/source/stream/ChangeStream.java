package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Turns what the deployment answers into the events of the log, and knows what to ask next. No I/O.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>{@link #request} is a function of the offset and of the row that a snapshot holds back. So
 *       whoever starts from an offset that some event carried gets exactly the events behind it.
 *   <li>An offset never points inside a commit, and the events of a commit leave together.
 *   <li>Positions never decrease. Rows of a snapshot have the position that follows the snapshot's
 *       timestamp; nothing else is written between its begin and its end.
 *   <li>A snapshot reads the tables that are {@code PENDING}, the same ones from begin to end.
 *   <li>A resolved marker names its predecessor, which the offset remembers. None is written while
 *       the snapshot of a table is planned that was never read: its changes are written, because
 *       after a crash consumers may follow it already, but nobody may see them yet.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class ChangeStream {
  private final StreamSettings settings;
  private final StreamClock clock;
  private final ResolvedPacing pacing;
  private final Journal journal;
  private final SnapshotPhase snapshots;
  private final StartPlan start;
  private final TableEvents tables;
  private final CommitAssembler commits;
  private final CommandReader commands;
  private boolean startOver;

  /** Whether the log was read to its end where the stream stands. */
  private boolean atHead;

  /**
   * A stream that goes on where an offset says.
   *
   * @param settings what the user wants
   * @param stored the stored offset, if there is one
   * @param snapshotIds names new snapshots
   * @param clock time
   * @param commands finds commands in the data
   */
  public ChangeStream(
      StreamSettings settings,
      Optional<SourceOffset> stored,
      Supplier<SnapshotId> snapshotIds,
      StreamClock clock,
      CommandReader commands) {
    this.settings = settings;
    this.clock = clock;
    this.pacing = new ResolvedPacing(settings);
    this.journal = new Journal(stored, pacing, clock);
    this.snapshots = new SnapshotPhase(settings, journal, snapshotIds);
    this.start = new StartPlan(settings, journal, snapshots);
    this.tables = new TableEvents(settings, journal, clock);
    this.commits = new CommitAssembler(settings);
    this.commands = commands;
    journal.snapshot().ifPresent(snapshots::resume);
    this.startOver =
        settings.mode() == SnapshotMode.ALWAYS
            && stored.filter(SourceOffset.Streaming.class::isInstance).isPresent();
  }

  /** What is needed next. */
  public Request request() {
    if (journal.offset().isEmpty() || startOver) {
      return new Request.Discovery();
    } else if (journal.snapshot().isPresent()) {
      return snapshots.request(journal.snapshot().get());
    } else if (settings.mode() == SnapshotMode.INITIAL_ONLY) {
      return journal.capture().requested().isEmpty()
          ? new Request.Nothing()
          : new Request.Discovery();
    }
    if (!journal.capture().filter().equals(Optional.of(settings.filter()))) {
      return new Request.Discovery();
    }
    return atHead && tables.isDue()
        ? new Request.Tables()
        : new Request.DeltaPage(journal.position().ts());
  }

  /** The newest boundary; empty before the first one. */
  public Optional<SourceOffset> offset() {
    return journal.offset();
  }

  /** How far the newest snapshot is. */
  public SnapshotProgress snapshotProgress() {
    return snapshots.progress();
  }

  /** Bytes of what {@link #take} would return; approximate. */
  public long readyBytes() {
    return journal.bytes();
  }

  /** Time until {@link #take} has a marker to return that it does not have now (ms). */
  public long markerWaitMs() {
    boolean mayResolve = isStreaming() && journal.capture().tables(TableStatus.PENDING).isEmpty();
    return mayResolve ? pacing.waitMs(clock.elapsedMs()) : Long.MAX_VALUE;
  }

  /**
   * Everything that may be written: whole commits, rows of a snapshot, and the markers that are
   * due. The last event carries the newest boundary.
   */
  public List<Emission> take() {
    journal.snapshot().ifPresent(snapshots::keep);
    if (markerWaitMs() == 0) {
      journal.resolve(journal.position(), journal.capture());
    }
    return journal.take();
  }

  /**
   * Answers {@link Request.Discovery}.
   *
   * @param head the newest timestamp of the deployment (ns)
   * @param existing the tables that it has
   * @throws StreamException when the head is before the position
   */
  public void discovered(long head, List<TableId> existing) {
    start.discovered(head, existing, startOver);
    startOver = false;
  }

  /** Answers {@link Request.Tables}. */
  public void listed(List<TableId> existing) {
    Position before = journal.position();
    tables.listed(existing);
    if (!journal.position().equals(before)) {
      pacing.dataMoved();
    }
    beginPlannedAtHead();
  }

  /** {@link Request.Tables} cannot be answered; it is not asked again for a while. */
  public void notListed() {
    tables.notListed();
  }

  /** Whether a snapshot that is asked for now can begin at once. */
  public boolean mayTakeSnapshot() {
    boolean onlySnapshots =
        settings.mode() == SnapshotMode.INITIAL_ONLY && request() instanceof Request.Nothing;
    return isStreaming() && (atHead || onlySnapshots);
  }

  /**
   * Takes a signal, as a {@link SignalQueue} gives it. What {@link #request} says afterwards
   * counts, also when a page is being read.
   *
   * @return whether there is something to do
   */
  public boolean signal(Signal signal) {
    if (journal.offset().isEmpty()) {
      // A snapshot of everything comes anyway, and there is none to stop.
      return false;
    }
    journal.snapshot().ifPresent(snapshots::keep);
    if (signal.next().isPresent()) {
      journal.captured(journal.capture().withNextSignal(signal.next()));
    }
    return !startOver && signal.command().filter(this::obey).isPresent();
  }

  private boolean obey(SnapshotCommand command) {
    boolean stops = command instanceof SnapshotCommand.Stop && journal.snapshot().isPresent();
    Capture before = journal.capture();
    Capture after = command.appliedTo(before);
    if (!stops && after.equals(before)) {
      return false;
    }
    journal.captured(after);
    if (stops) {
      snapshots.stop(journal.snapshot().orElseThrow());
    }
    beginPlannedAtHead();
    return true;
  }

  /** Takes a row of a snapshot page. */
  public void snapshotRow(ConvexDocument row) {
    snapshots.row(row);
  }

  /** Takes the end of a snapshot page. */
  public void snapshotPageEnded(SnapshotPageEnd end) {
    snapshots.pageEnded(journal.snapshot().orElseThrow(), end);
  }

  /** Takes a row of a delta page. */
  public void deltaRow(ConvexDocument row) {
    atHead = false;
    Continuity.checkOrder(
        row.commitTs(), commits.isOpen() ? commits.openTs() : journal.position().ts() + 1);
    if (commits.isOpen() && row.commitTs() > commits.openTs()) {
      closeCommit();
    }
    commits.add(row, journal.capture());
  }

  /** Takes the end of a delta page. */
  public void deltaPageEnded(DeltaPageEnd end) {
    if (commits.isOpen()) {
      closeCommit();
    }
    Continuity.checkHead(end.cursor(), journal.position());
    if (end.cursor() > journal.position().ts()) {
      journal.streamed(Position.ofCommit(end.cursor()), journal.capture());
    }
    atHead = !end.hasMore();
    beginPlannedAtHead();
  }

  /** The log is read up to the position, so that can be pinned without a gap, and is young. */
  private void beginPlannedAtHead() {
    Capture capture = journal.capture();
    boolean planned =
        !capture.tables(TableStatus.PENDING).isEmpty() || !capture.requested().isEmpty();
    if (atHead && planned && isStreaming()) {
      atHead = false;
      snapshots.beginPlanned(journal.position(), capture);
    }
  }

  /** The page that was being read broke off: it will be requested again from the offset. */
  public void interrupted() {
    commits.discard();
    journal.snapshot().ifPresent(snapshots::interrupted);
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

  private void closeCommit() {
    CommitAssembler.Commit commit = commits.close();
    List<TableId> newTables = List.copyOf(commit.newTables());
    tables.beforeCommit(commit.changes());
    commit.changes().forEach(journal::change);
    // The filter is the same, so they had no documents before: there is nothing to snapshot.
    journal.tables(commit.position(), newTables, TableStatus.COMPLETE);
    Capture capture = journal.capture().with(newTables, TableStatus.COMPLETE);
    for (Change change : commit.changes()) {
      Optional<SnapshotCommand> command = commands.read(change);
      capture = command.isPresent() ? command.get().appliedTo(capture) : capture;
    }
    journal.streamed(commit.position(), capture);
    if (commit.hasData()) {
      pacing.dataMoved();
    }
    if (commit.checkpoint()) {
      pacing.checkpointMoved();
    }
  }

  private boolean isStreaming() {
    return journal.offset().isPresent() && journal.snapshot().isEmpty() && !startOver;
  }
}
