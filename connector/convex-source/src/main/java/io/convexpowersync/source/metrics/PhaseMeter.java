package io.convexpowersync.source.metrics;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.StreamClock;
import java.util.Collection;

/** What both phases measure. Written by one thread, read by any. */
abstract class PhaseMeter implements EventMetricsMXBean {
  private final EventMeter events;
  private volatile String[] captured = {};

  PhaseMeter(StreamClock clock) {
    this.events = new EventMeter(clock);
  }

  final void count(Change change) {
    events.count(change);
  }

  final void captured(Collection<TableId> tables) {
    captured = tables.stream().map(TableId::toString).toArray(String[]::new);
  }

  @Override
  public final String getLastEvent() {
    return events.lastEvent();
  }

  @Override
  public final long getMilliSecondsSinceLastEvent() {
    return events.sinceLastMs();
  }

  @Override
  public final long getTotalNumberOfEventsSeen() {
    return events.total();
  }

  @Override
  public final long getTotalNumberOfCreateEventsSeen() {
    return 0;
  }

  @Override
  public final long getTotalNumberOfUpdateEventsSeen() {
    return events.updates();
  }

  @Override
  public final long getTotalNumberOfDeleteEventsSeen() {
    return events.deletes();
  }

  @Override
  public final String[] getCapturedTables() {
    return captured.clone();
  }

  @Override
  public void reset() {
    events.reset();
  }
}
