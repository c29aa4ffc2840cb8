package io.convexpowersync.source.stream;

/** A clock that moves when it is told to. */
public final class ManualClock implements StreamClock {
  private static final long EPOCH_MS = 1_785_412_800_000L;
  private long elapsedMs;

  public void advance(long millis) {
    elapsedMs += millis;
  }

  @Override
  public long wallMs() {
    return EPOCH_MS + elapsedMs;
  }

  @Override
  public long elapsedMs() {
    return elapsedMs;
  }
}
