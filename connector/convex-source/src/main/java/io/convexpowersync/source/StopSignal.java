package io.convexpowersync.source;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a thread wait until another one stops it. */
class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);

  void set() {
    stopped.countDown();
  }

  boolean isSet() {
    return stopped.getCount() == 0;
  }

  /** Waits, but not beyond the stop. */
  void await(long millis) throws InterruptedException {
    stopped.await(millis, TimeUnit.MILLISECONDS);
  }
}
