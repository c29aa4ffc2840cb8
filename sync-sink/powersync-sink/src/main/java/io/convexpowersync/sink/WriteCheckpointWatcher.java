package io.convexpowersync.sink;

import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.WriteCheckpointRequests;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that waits for write checkpoint requests and has them released, whoever drives the sink
 * and however seldom. Whatever fails is tried again: releasing is never a reason to stop the sink.
 */
final class WriteCheckpointWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(WriteCheckpointWatcher.class);
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final long RETRY_MS = 1_000;
  private static final long END_MS = 2_000;

  private final WriteCheckpointRequests requests;
  private final Supplier<Publications> publications;
  private final Consumer<WriteCheckpointRules> release;
  private final WriteCheckpointRules rules;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "write-checkpoints");
  private boolean failing;

  /**
   * @param requests closed at the end
   * @param publications what was published so far
   * @param release releases if the stream allows it and the rules say so
   */
  WriteCheckpointWatcher(
      WriteCheckpointRequests requests,
      Supplier<Publications> publications,
      Consumer<WriteCheckpointRules> release,
      WriteCheckpointRules rules) {
    this.requests = requests;
    this.publications = publications;
    this.release = release;
    this.rules = rules;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Says that it is to end; does not wait. */
  void stop() {
    stop.countDown();
  }

  /** Waits a little until it has ended. Not to be called with a lock that a release needs. */
  void awaitEnd() {
    try {
      thread.join(END_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (requests) {
      while (stop.getCount() > 0) {
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step() throws InterruptedException {
    try {
      watch();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && stop.getCount() > 0) {
        failing = true;
        LOG.warn("Write checkpoints are not released now; it is tried again", e);
      }
      stop.await(RETRY_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void noticed(Lsn lowest) {
    // Read behind the observation: a publication that starts from here on covers it.
    rules.noticed(lowest, publications.get().started());
  }

  private void watch() {
    requests.await(WAIT).ifPresent(this::noticed);
    requests.look().ifPresent(this::noticed);
    if (rules.waiting(publications.get())) {
      release.accept(rules);
    }
  }
}
