package io.convexpowersync.source.stream;

/** When the next resolved marker is due. Times are milliseconds of one clock. */
final class ResolvedPacing {
  private final StreamSettings settings;
  private long lastSent;
  private boolean everSent;
  private boolean dataMoved;
  private boolean checkpointMoved;

  ResolvedPacing(StreamSettings settings) {
    this.settings = settings;
  }

  /** The position moved past data. */
  void dataMoved() {
    dataMoved = true;
  }

  /** The position moved past a row of PowerSync's checkpoint table. */
  void checkpointMoved() {
    checkpointMoved = settings.promptCheckpoints();
  }

  void sent(long now) {
    lastSent = now;
    everSent = true;
    dataMoved = false;
    checkpointMoved = false;
  }

  /** Time until a marker is due; 0 when it is. The first one after a start is due at once. */
  long waitMs(long now) {
    if (checkpointMoved || !everSent) {
      return 0;
    }
    long interval = dataMoved ? settings.resolvedIntervalMs() : settings.heartbeatIntervalMs();
    return Math.max(0, lastSent + interval - now);
  }
}
