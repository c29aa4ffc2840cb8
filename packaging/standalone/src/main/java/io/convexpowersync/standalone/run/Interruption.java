package io.convexpowersync.standalone.run;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a command end in an orderly way when the process is asked to stop (Ctrl-C, SIGTERM): its
 * waits end with an {@link InterruptedException}, and the JVM waits until {@link #close}, but not
 * for ever. Threads are not interrupted, because libraries swallow that, or leave things half done.
 */
public final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;
  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  private final CompletableFuture<Void> requested = new CompletableFuture<>();
  private final CountDownLatch finished = new CountDownLatch(1);

  private Interruption() {}

  /** From now on until {@link #close}. */
  public static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::onShutdown, "interruption"));
    return interruption;
  }

  private void onShutdown() {
    if (finished.getCount() == 0) {
      return;
    }
    STOPPING.set(true);
    requested.complete(null);
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process has been asked to stop, so that failures are its consequence. */
  public static boolean isStopping() {
    return STOPPING.get();
  }

  /** Throws if the process has been asked to stop. */
  public void check() throws InterruptedException {
    if (requested.isDone()) {
      throw new InterruptedException("The process was asked to stop");
    }
  }

  /** Waits for a result, and throws what it failed with. */
  public void await(CompletableFuture<?> completion)
      throws InterruptedException, ExecutionException {
    CompletableFuture.anyOf(completion, requested).get();
    check();
  }

  /**
   * Waits for a time, or for a result if that comes first.
   *
   * @return whether the result is there
   */
  public boolean pause(long millis, CompletableFuture<?> completion)
      throws InterruptedException, ExecutionException {
    try {
      CompletableFuture.anyOf(completion, requested).get(millis, TimeUnit.MILLISECONDS);
      check();
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() {
    finished.countDown();
  }
}
