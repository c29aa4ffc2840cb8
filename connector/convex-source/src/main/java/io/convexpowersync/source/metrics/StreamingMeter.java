package io.convexpowersync.source.metrics;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.source.stream.StreamClock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Measures a task that follows the log. Written by one thread, read by any. */
final class StreamingMeter extends PhaseMeter implements StreamingMetricsMXBean {
  private final StreamClock clock;
  private final RequestHealth health;
  private final Gauges gauges;
  private final AtomicLong commits = new AtomicLong();
  private volatile long behindMs = -1;
  private volatile long lastCommit;
  private volatile Position position;

  StreamingMeter(StreamClock clock, RequestHealth health, Gauges gauges) {
    super(clock);
    this.clock = clock;
    this.health = health;
    this.gauges = gauges;
  }

  void change(Change change) {
    count(change);
    long ts = change.position().ts();
    behindMs = ageMs(ts);
    if (change.position().seq() == 0 && ts != lastCommit) {
      commits.incrementAndGet();
      lastCommit = ts;
    }
  }

  void reached(Position reached) {
    position = reached;
  }

  /** The clocks of this machine and of the deployment may differ. */
  private long ageMs(long ts) {
    return Math.max(0, clock.wallMs() - TimeUnit.NANOSECONDS.toMillis(ts));
  }

  @Override
  public boolean isConnected() {
    return health.sinceSuccessMs() >= 0 && health.attempts() == 0;
  }

  @Override
  public long getMilliSecondsBehindSource() {
    return behindMs;
  }

  @Override
  public long getNumberOfCommittedTransactions() {
    return commits.get();
  }

  @Override
  public String getLastTransactionId() {
    return lastCommit == 0 ? null : Long.toString(lastCommit);
  }

  @Override
  public Map<String, String> getSourceEventPosition() {
    Position now = position;
    return now == null
        ? Map.of()
        : Map.of("ts", Long.toString(now.ts()), "seq", Long.toString(now.seq()));
  }

  @Override
  public long getMilliSecondsSinceLastSuccessfulRequest() {
    return health.sinceSuccessMs();
  }

  @Override
  public int getFailedAttempts() {
    return health.attempts();
  }

  @Override
  public long getTotalNumberOfFailedRequests() {
    return health.failures();
  }

  @Override
  public long getPositionAgeInMilliseconds() {
    Position now = position;
    return now == null ? -1 : ageMs(now.ts());
  }

  @Override
  public boolean isPositionOlderThanHalfOfRetention() {
    return gauges.positionLate().getAsBoolean();
  }

  @Override
  public long getNumberOfRecordsTooLarge() {
    return gauges.tooLarge().getAsLong();
  }

  @Override
  public void reset() {
    super.reset();
    commits.set(0);
    lastCommit = 0;
    behindMs = -1;
  }
}
