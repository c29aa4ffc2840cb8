package io.convexpowersync.standalone;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets a command end in an orderly way when the process is asked to stop (Ctrl-C, SIGTERM): its
 * thread is interrupted, and the JVM waits until {@link #close}, but not for ever.
 */
final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  private final Thread command = Thread.currentThread();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::onShutdown, "interruption");

  /** For the calling thread. */
  static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void onShutdown() {
    if (finished.getCount() == 0) {
      return;
    }
    STOPPING.set(true);
    command.interrupt();
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process has been asked to stop, so that failures are its consequence. */
  static boolean isStopping() {
    return STOPPING.get();
  }

  /** Waits for a result, and throws what it failed with. */
  static void await(CompletableFuture<Void> completion) throws InterruptedException {
    try {
      completion.get();
    } catch (ExecutionException e) {
      throw new CommandFailure(ExitCode.FAILED, Failures.describe(e.getCause()), e.getCause());
    }
  }

  @Override
  public void close() {
    finished.countDown();
  }
}
