package io.convexpowersync.emulator;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * When the head of a deployment without commits moves by itself: five seconds after the last
 * commit, then every one to two hours. Guarded by the store's lock.
 */
final class IdleBumps {
  private static final long FIRST = Duration.ofSeconds(5).toNanos();
  private static final long LATER = Duration.ofHours(1).toNanos();

  private final SplittableRandom random;
  private long next;

  IdleBumps(SplittableRandom random) {
    this.random = random;
  }

  void committed(long now) {
    next = now + FIRST;
  }

  boolean due(long now) {
    return now >= next;
  }

  void bumped(long now) {
    next = now + LATER + random.nextLong(LATER);
  }
}
