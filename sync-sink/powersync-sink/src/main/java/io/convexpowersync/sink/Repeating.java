package io.convexpowersync.sink;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that repeats a step until it is stopped. Failures of a step are said and repeated. */
final class Repeating {
  /** One turn. What it waits for inside ends soon after {@link #isStopping}. */
  interface Step {
    void run() throws InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);

  /** A transaction that is being committed is waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Step step;
  private final Duration interval;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private String failure = "";

  /**
   * @param name of the thread
   * @param interval pause between two steps
   */
  Repeating(String name, Duration interval, Step step) {
    this.step = step;
    this.interval = interval;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Says that it is to end; does not wait. */
  void stop() {
    stop.countDown();
  }

  boolean isStopping() {
    return stop.getCount() == 0;
  }

  /** Waits unless it is stopped. */
  void pause(Duration time) throws InterruptedException {
    stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits a while until it has ended. Not to be called with a lock that the step needs. */
  void awaitEnd() {
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!isStopping()) {
        attempt();
        pause(interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt() throws InterruptedException {
    try {
      step.run();
      failure = "";
    } catch (RuntimeException e) {
      String what = String.valueOf(e.getMessage());
      if (!isStopping() && !what.equals(failure)) {
        failure = what;
        LOG.warn("Thread \"{}\" failed and tries again: {}", thread.getName(), what);
        LOG.debug("Its failure", e);
      }
    }
  }
}
