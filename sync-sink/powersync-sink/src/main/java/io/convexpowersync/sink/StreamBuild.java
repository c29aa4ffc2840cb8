package io.convexpowersync.sink;

import io.convexpowersync.events.Position;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StreamId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stream that is being built beside the live one.
 *
 * <ol>
 *   <li>Nobody sees it before it takes over: it is published at markers, but stays in state
 *       PROCESSING.
 *   <li>It comes close in rounds: each reads up to where the live stream was when the round began.
 *       When a round was short, the live stream is held for the last one.
 *   <li>It becomes active in the transaction that publishes it, at a position at or above
 *       everything that the live stream has consumed, and only if every table that its plan names
 *       is captured and complete. What the live stream's feed still delivers is dropped as a
 *       repeat.
 * </ol>
 *
 * <p>Used by one thread, but for {@link #progress}.
 */
final class StreamBuild implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration SHORT_POLL = Duration.ofMillis(20);

  /** A round as short as this is followed by a hand-over. */
  private static final long SHORT_ROUND_MS = 500;

  /** The live stream is held no longer than this and one transaction. */
  private static final long LONGEST_HOLD_MS = 1_000;

  /** Between two hand-overs that did not come to an end. */
  private static final long HAND_OVER_PAUSE_MS = 2_000;

  /** Publications of the stream remove the reason from its row. */
  private static final long REPORT_INTERVAL_MS = 10_000;

  private final SinkCore core;
  private final Clock clock;
  private final SinkProgress counters;
  private final StreamDriver driver;
  private final LogHistory.Reader reader;
  private final HistoryHoles holes;
  private final StreamId stream;

  /** Read and not yet written. */
  private List<PlacedRecord> batch = List.of();

  private Optional<Position> takesOverFrom = Optional.empty();
  private boolean live;
  private Optional<Position> roundEnd = Optional.empty();
  private long roundStartMs;
  private long notBeforeMs = Long.MIN_VALUE;
  private long reportedMs = Long.MIN_VALUE / 2;
  private volatile RebuildProgress progress;

  /**
   * Takes the stream's lease and starts to read behind its stored place.
   *
   * @param core writes the live stream
   */
  StreamBuild(SinkCore core, LogHistory history, StreamDriver.Context context, StreamId stream) {
    this.core = core;
    this.clock = context.clock();
    this.stream = stream;
    this.counters = new SinkProgress(clock, context.options().progress(), "New stream " + stream);
    this.driver = StreamDriver.building(context, stream, this::mayActivate, counters);
    this.progress = new RebuildProgress(stream, 0, 0, Position.ZERO, 0, "");
    try {
      this.reader = history.open(driver.running().durable().input());
      this.holes = new HistoryHoles(reader);
    } catch (RuntimeException e) {
      driver.close();
      throw e;
    }
  }

  StreamId stream() {
    return stream;
  }

  /** May be called from any thread. */
  RebuildProgress progress() {
    return progress;
  }

  /**
   * Reads and writes a little more, and takes over if it can. After an exception it may be called
   * again.
   *
   * @return whether this is the live stream now
   */
  boolean advance() throws InterruptedException {
    Optional<LogState> before = core.live();
    if (roundEnd.isEmpty()) {
      roundEnd = before.map(LogState::reached);
      roundStartMs = clock.millis();
    }
    step(POLL);
    if (before.isEmpty() || !endsRound()) {
      say("");
      return false;
    }
    boolean isShort = clock.millis() - roundStartMs <= SHORT_ROUND_MS;
    roundEnd = Optional.empty();
    Optional<HandOverObstacle> obstacle =
        HandOverObstacle.find(driver.running(), before.get().binding());
    say(obstacle.filter(HandOverObstacle::lasting).map(HandOverObstacle::reason).orElse(""));
    if (obstacle.isPresent()) {
      report(obstacle.get());
      return false;
    }
    return isShort && clock.millis() >= notBeforeMs && core.handOver(driver, this::takeOver);
  }

  private void step(Duration timeout) throws InterruptedException {
    if (batch.isEmpty()) {
      batch = reader.poll(timeout);
    }
    if (batch.isEmpty()) {
      driver.idle();
    } else {
      driver.write(batch);
      batch = List.of();
    }
    holes.look(driver.running().protocol());
    driver.publishPending();
  }

  private boolean endsRound() {
    Position reached = driver.running().durable().log().reached();
    return roundEnd.isPresent() && reached.compareTo(roundEnd.get()) >= 0
        || batch.isEmpty() && reader.behind().equals(OptionalLong.of(0));
  }

  /** The live stream stands still. */
  private boolean takeOver() throws InterruptedException {
    Optional<LogState> from = core.live();
    if (from.isEmpty()) {
      return false;
    }
    long startMs = clock.millis();
    takesOverFrom = Optional.of(from.get().reached());
    try {
      while (!activates()) {
        if (clock.millis() - startMs >= LONGEST_HOLD_MS) {
          notBeforeMs = clock.millis() + HAND_OVER_PAUSE_MS;
          return false;
        }
        step(SHORT_POLL);
      }
    } finally {
      takesOverFrom = Optional.empty();
    }
    live = true;
    reader.takenOver();
    return true;
  }

  private boolean activates() {
    driver.guarded(
        () -> {
          driver.running().publishPending();
          driver.running().activate();
        });
    return driver.running().stream().state() == ReplicationStream.State.ACTIVE;
  }

  private boolean mayActivate(Position position) {
    return takesOverFrom.filter(from -> position.compareTo(from) >= 0).isPresent()
        && driver.running().missingTables().isEmpty();
  }

  private void report(HandOverObstacle obstacle) {
    if (obstacle.lasting() && clock.millis() - reportedMs >= REPORT_INTERVAL_MS) {
      reportedMs = clock.millis();
      driver.guarded(() -> driver.running().reportFatalError(obstacle.reason()));
    }
  }

  private void say(String waitingFor) {
    SinkCounters counted = counters.counters();
    progress =
        new RebuildProgress(
            stream,
            counted.changes(),
            counted.operations(),
            driver.running().durable().log().reached(),
            reader.behind().orElse(0),
            waitingFor);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } finally {
      if (!live) {
        driver.close();
      }
    }
  }
}
