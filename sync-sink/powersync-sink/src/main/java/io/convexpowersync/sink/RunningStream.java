package io.convexpowersync.sink;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import io.convexpowersync.sink.log.LogProtocol;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.sink.log.Step;
import io.convexpowersync.storage.CommitResult;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.storage.WriteTransaction;
import io.convexpowersync.streams.SyncStreams;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open replication stream, from its first transaction to its first failure. At most one
 * transaction is open; it is committed when it is large enough, at a publication, and at the end of
 * the records given. Not thread-safe.
 */
final class RunningStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningStream.class);

  private final Predicate<Position> mayActivate;
  private final StreamWriter writer;
  private final SyncStreams streams;
  private final Clock clock;
  private final NeededTables needed;
  private final LogProtocol protocol;

  private SinkProgress progress;
  private StoredPlace durable;
  private InputPlace reached;
  private final RunningSnapshot snapshot;
  private WriteTransaction transaction;
  private final TransactionBudget budget;
  private final RowWriter rows;
  private final Keepalive keepalive;

  /**
   * @param mayActivate whether a stream that is being built may become the one that clients see
   *     when it is published at this position
   */
  RunningStream(
      OpenStream open,
      Predicate<Position> mayActivate,
      SinkOptions options,
      Clock clock,
      SinkProgress progress) {
    this.mayActivate = mayActivate;
    this.writer = open.writer();
    this.streams = open.streams();
    this.needed = new NeededTables(streams);
    this.clock = clock;
    this.progress = progress;
    this.budget = new TransactionBudget(options, clock);
    this.durable = StoredPlace.of(writer);
    this.reached = durable.input().orElse(null);
    progress.opened(durable.log().published());
    this.snapshot = new RunningSnapshot(durable);
    this.rows = new RowWriter(streams, snapshot, budget);
    this.protocol =
        new LogProtocol(
            durable.log(),
            needed::includes,
            options.clockSkew().toMillis(),
            options.incompleteCommits());
    this.keepalive = new Keepalive(writer, options, clock);
  }

  LogProtocol protocol() {
    return protocol;
  }

  StoredPlace durable() {
    return durable;
  }

  ReplicationStream stream() {
    return writer.stream();
  }

  /** Tables that the plan names and the log has not mentioned. */
  List<String> missingTables() {
    return MissingTables.find(streams, protocol.state().tables().keySet());
  }

  /** Counts elsewhere from now on. */
  void countIn(SinkProgress other) {
    progress = other;
    progress.opened(durable.log().published());
  }

  void reportFatalError(String message) {
    writer.reportFatalError(message);
  }

  /** What to do with the next record. */
  Step next(PlacedRecord placed) {
    if (placed.after().skipsFrom(reached)) {
      protocol.placesMissing();
    }
    return protocol.accept(placed.record(), clock.millis());
  }

  /**
   * Gets the records that follow on what another stream was given. This one has published
   * everything that the other one has consumed.
   */
  void goesOnBehind(RunningStream other) {
    if (reached != null && other.reached != null && other.reached.isBeyond(reached)) {
      reached = other.reached;
      protocol.goesOnBehind(other.protocol.state());
    }
  }

  /** Nothing to write for this record; reading resumes behind it. */
  void advance(InputPlace after) {
    reached = after;
  }

  void apply(Change change, InputPlace after) {
    if (change instanceof Change.Truncate truncate) {
      truncate(truncate.table(), after);
      return;
    }
    if (needed.includes(change.table())) {
      rows.write(change, protocol.isOfSnapshot(change), transaction(), progress);
    }
    reached = after;
    if (budget.isSpent()) {
      commit();
    }
  }

  /**
   * The tables keep what they hold; rows of the snapshot are compared with it. From here on nothing
   * is published before the snapshot's end.
   */
  void begin(Step.Begin begin, InputPlace after) {
    commit(protocol.stateBefore());
    List<String> tables = needed.of(begin.snapshot().tables());
    writer.prepareSnapshot(tables);
    protocol.begun(begin);
    snapshot.forget(tables);
    reached = after;
    commit();
  }

  /** The rows behind the last one of the snapshot are not in it. After a crash this is repeated. */
  void end(Step.End end, InputPlace after) {
    commit(protocol.stateBefore());
    List<String> tables = needed.of(end.tables());
    tables.forEach(table -> snapshot.endTable(table, transaction()));
    protocol.ended(end);
    snapshot.forget(tables);
    transaction().snapshotEnded();
    complete(new Step.Complete(end.position(), end.tables()), after);
    commit();
    LOG.info("Snapshot at {} is complete: {}", end.position(), progress.totals());
  }

  /**
   * Removes all rows of a table, in several transactions. The place saved before the first of them
   * already holds the position of what empties it: after a crash an older marker that is delivered
   * again must not publish a half-empty table, while the truncate itself is applied once more.
   */
  private void truncate(TableId table, InputPlace after) {
    commit(protocol.stateBefore());
    if (needed.includes(table)) {
      transaction().removeOthers(table.table(), Optional.empty(), Optional.empty());
    }
    reached = after;
    commit();
  }

  void complete(Step.Complete complete, InputPlace after) {
    Lsn pin = new Lsn(complete.position().ts());
    needed.of(complete.tables()).forEach(table -> transaction().tableSnapshotDone(table, pin));
    if (!writer.stream().snapshotDone()) {
      transaction().snapshotDone(pin);
    }
    reached = after;
  }

  void publish(Position position, InputPlace after) {
    Position before = durable.log().published();
    reached = after;
    protocol.published(position);
    boolean processing = writer.stream().state() == ReplicationStream.State.PROCESSING;
    boolean activate = processing && mayActivate.test(position);
    transaction().publish(new Lsn(position.ts()), position.ts() == before.ts(), activate);
    progress.publishing();
    commit();
  }

  /** A marker that may be published now and has been put off. */
  Optional<Position> pending() {
    return transaction == null ? protocol.pending() : Optional.empty();
  }

  /** Publishes what was put off. */
  void publishPending() {
    pending().ifPresent(position -> publish(position, reached));
  }

  /** Lets a stream that is published as far as it is written take over, if it may. */
  void activate() {
    boolean processing = writer.stream().state() == ReplicationStream.State.PROCESSING;
    LogState log = durable.log();
    if (processing
        && transaction == null
        && log.isPublished()
        && mayActivate.test(log.published())) {
      transaction().publish(new Lsn(log.published().ts()), false, true);
      progress.publishing();
      commit();
    }
  }

  /**
   * What clients see, if nothing but that has been written: then it may be published again. Only
   * publications of a stream that is served release write checkpoints.
   */
  Optional<Lsn> releasable() {
    boolean served = writer.stream().state() == ReplicationStream.State.ACTIVE;
    return served && transaction == null && durable.log().isPublished()
        ? Optional.of(new Lsn(durable.log().published().ts()))
        : Optional.empty();
  }

  /** Publishes the same LSN again, under a fresh op id. */
  void release(Lsn published) {
    transaction().publish(published, true, false);
    progress.publishing();
    commit();
    progress.released();
  }

  /**
   * Makes everything that was given durable, the place included: what was skipped has still told
   * something of the log.
   */
  void finish() {
    if (transaction != null || !durable.input().equals(Optional.ofNullable(reached))) {
      commit();
    }
  }

  private void commit() {
    commit(protocol.state());
  }

  /** Makes what was written durable, and where the stream stands. */
  private void commit(LogState state) {
    StoredPlace place =
        new StoredPlace(state, Optional.ofNullable(reached), snapshot.rows(), snapshot.reached());
    snapshot.addTo(transaction(), durable);
    transaction().savePlace(StoredPlaceCodec.encode(place));
    CommitResult result;
    long startMs = clock.millis();
    try (WriteTransaction open = transaction) {
      result = open.commit();
    }
    int written = budget.committed(clock.millis() - startMs);
    transaction = null;
    durable = place;
    progress.committed(written, result, place);
    keepalive.touched();
    if (result.activated()) {
      LOG.info(
          "Replication stream {} is active at {}", writer.stream().id(), durable.log().published());
      MissingTables.warn(streams, durable.log().tables().keySet());
    }
  }

  /** Keeps the lease while nothing arrives. */
  void idle() {
    keepalive.idle();
  }

  private WriteTransaction transaction() {
    if (transaction == null) {
      transaction = writer.begin();
    }
    return transaction;
  }

  @Override
  public void close() {
    try {
      if (transaction != null) {
        transaction.close();
      }
    } finally {
      writer.close();
    }
  }
}
