package io.convexpowersync.sink;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.storage.CommitResult;
import io.convexpowersync.streams.EvaluationError;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the sink does and says so in the log. The counters may be read from any thread. */
final class SinkProgress {
  private static final Logger LOG = LoggerFactory.getLogger(SinkProgress.class);
  private static final long HELD_REMINDER_MS = 60_000;

  private final Clock clock;
  private final long intervalMs;
  private final String name;
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong documentChars = new AtomicLong();
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong parameters = new AtomicLong();
  private final AtomicLong publications = new AtomicLong();
  private final AtomicReference<Publications> published = new AtomicReference<>(Publications.NONE);
  private final AtomicLong releases = new AtomicLong();
  private final AtomicLong evaluationErrors = new AtomicLong();

  /** Replaced by whoever holds the core; read by anybody. */
  private volatile SinkGauges gauges = SinkGauges.NONE;

  private long lastCommitTs;
  private final Set<String> loggedSources = new HashSet<>();
  private String holdReason = "";
  private long heldMs;
  private long loggedMs;
  private long loggedChanges;

  /**
   * @param interval how often progress is logged
   * @param name what it is the progress of; empty for the live stream
   */
  SinkProgress(Clock clock, Duration interval, String name) {
    this.name = name.isEmpty() ? "" : name + ": ";
    this.clock = clock;
    this.intervalMs = interval.toMillis();
    this.loggedMs = clock.millis();
  }

  SinkCounters counters() {
    return new SinkCounters(
        changes.get(),
        documentChars.get(),
        commits.get(),
        operations.get(),
        parameters.get(),
        publications.get(),
        releases.get(),
        evaluationErrors.get());
  }

  SinkGauges gauges() {
    return gauges;
  }

  void opened(Position published) {
    gauges = gauges.opened(published);
  }

  void closed() {
    gauges = gauges.closed();
  }

  void received(Position position) {
    gauges = gauges.received(position);
  }

  /** A change of a selected table is about to be written. */
  void writing(Change change) {
    if (gauges.oldestUnpublishedTs() == 0) {
      gauges = gauges.lagsSince(change.position());
    }
    if (change.position().ts() != lastCommitTs) {
      lastCommitTs = change.position().ts();
      commits.incrementAndGet();
    }
    if (change instanceof Change.Upsert upsert) {
      documentChars.addAndGet(upsert.document().length());
    }
  }

  /** An unchanged position was published again. */
  void released() {
    releases.incrementAndGet();
  }

  Publications publications() {
    return published.get();
  }

  /** A transaction that publishes is about to be committed. */
  void publishing() {
    published.updateAndGet(Publications::start);
  }

  /** Errors of a row's evaluation: counted, and logged once per source. */
  void evaluated(String table, String id, List<EvaluationError> errors) {
    for (EvaluationError error : errors) {
      evaluationErrors.incrementAndGet();
      if (loggedSources.add(error.source())) {
        LOG.warn(
            "{} cannot be evaluated for document {} of table {}: {}. The document is left out of it;"
                + " further failures of this source are counted, not logged",
            error.source(),
            id,
            table,
            error.message());
      }
    }
  }

  /** A marker arrived, and nothing may be published: said once per reason. */
  void held(String reason) {
    long now = clock.millis();
    if (!reason.equals(holdReason) || now - heldMs >= HELD_REMINDER_MS) {
      holdReason = reason;
      heldMs = now;
      LOG.warn("Nothing is published: {}", reason);
    }
  }

  void committed(int written, CommitResult result, StoredPlace place) {
    changes.addAndGet(written);
    operations.addAndGet(result.operations());
    parameters.addAndGet(result.parameters());
    if (result.checkpoint().isPresent()) {
      publications.incrementAndGet();
      published.updateAndGet(before -> before.finish(clock.millis()));
      gauges = gauges.publishedAt(place.log().published(), clock.millis());
      holdReason = "";
    } else {
      gauges = gauges.wrote(written);
    }
    long now = clock.millis();
    if (now - loggedMs >= intervalMs && changes.get() > loggedChanges) {
      double rate = (changes.get() - loggedChanges) * 1000.0 / (now - loggedMs);
      LOG.info(
          "{}{} at {}: {}, {} rows/s",
          name,
          place.log().snapshots().isEmpty() ? "Streaming" : "Snapshot",
          place.log().highest(),
          totals(),
          String.format(Locale.ROOT, "%.0f", rate));
      loggedMs = now;
      loggedChanges = changes.get();
    }
  }

  String totals() {
    return changes.get()
        + " rows, "
        + operations.get()
        + " operations, "
        + parameters.get()
        + " parameters, "
        + publications.get()
        + " checkpoints";
  }
}
