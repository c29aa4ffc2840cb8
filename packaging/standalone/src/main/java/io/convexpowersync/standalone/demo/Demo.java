package io.convexpowersync.standalone.demo;

import io.convexpowersync.emulator.DeploymentState;
import io.convexpowersync.sink.SinkCounters;
import io.convexpowersync.standalone.run.Interruption;
import io.convexpowersync.standalone.run.Pipeline;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.VerificationReport;
import io.convexpowersync.streams.SyncStreams;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Commits mutations of the to-do app, and shows what arrives on devices. Runs on one thread; every
 * wait ends when the pipeline fails.
 */
public final class Demo {
  private static final long POLL_MS = 10;
  private static final long PATIENCE_MS = 60_000;

  private final BucketStorage storage;
  private final Pipeline pipeline;
  private final TodoApp app;
  private final Interruption interruption;
  private final PrintWriter out;
  private long mutations;

  /**
   * @param storage the pipeline's
   * @param pipeline runs
   * @param app commits to the deployment
   * @param interruption ends every wait
   * @param out where to show what happens
   */
  public Demo(
      BucketStorage storage,
      Pipeline pipeline,
      TodoApp app,
      Interruption interruption,
      PrintWriter out) {
    this.interruption = interruption;
    this.storage = storage;
    this.pipeline = pipeline;
    this.app = app;
    this.out = out;
  }

  /** Waits for the first checkpoint and prints how long it took. */
  public void showSnapshot() throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    long documents = app.deployment().stateAt(app.deployment().head()).documentCount();
    awaitCheckpoint(app.deployment().head());
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        Locale.ROOT,
        "Snapshot         %d documents, %d operations in %.1f s (%.0f documents/s)%n",
        documents,
        pipeline.counters().operations(),
        seconds,
        documents / seconds);
    out.flush();
  }

  /** Commits bursts of mutations and waits for each. */
  public void work(int bursts, int mutationsOfABurst)
      throws InterruptedException, ExecutionException {
    for (int i = 0; i < bursts; i++) {
      act(mutationsOfABurst);
      show();
    }
  }

  /** Commits mutations one after the other, without waiting for any. */
  public void act(int count) {
    for (int i = 0; i < count; i++) {
      app.act();
      mutations++;
    }
  }

  /** Prints what every device holds, and how long the newest mutation took to get there. */
  public void show() throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    long ts = app.act();
    mutations++;
    Checkpoint checkpoint = awaitCheckpoint(ts);
    long latencyMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    SinkCounters counters = pipeline.counters();
    out.printf(
        Locale.ROOT,
        "%d mutations, %d operations, checkpoint %s, newest mutation visible after %d ms%n",
        mutations,
        counters.operations(),
        checkpoint.lsn(),
        latencyMs);
    for (Device device : devices()) {
      out.println(DeviceView.line(device.user(), device.rows(checkpoint)));
    }
    out.flush();
  }

  /** Waits until the storage shows everything that is committed now. */
  public Checkpoint catchUp() throws InterruptedException, ExecutionException {
    return awaitCheckpoint(app.deployment().head());
  }

  /** Compares what clients see with what the deployment held at that time. */
  public VerificationReport verify(Checkpoint checkpoint) {
    return storage.verifier().verify(plan(), checkpoint, new EmulatedState(stateAt(checkpoint)));
  }

  /** How many documents the deployment held at a checkpoint. */
  public long documents(Checkpoint checkpoint) {
    return stateAt(checkpoint).documentCount();
  }

  private DeploymentState stateAt(Checkpoint checkpoint) {
    return app.deployment().stateAt(checkpoint.lsn().nanos());
  }

  private SyncStreams plan() {
    ReplicationStream stream = pipeline.stream();
    return SyncStreams.load(stream.plan().orElseThrow(), stream.id().value());
  }

  private List<Device> devices() {
    SyncStreams streams = plan();
    return app.users().stream().map(user -> new Device(storage.reader(), streams, user)).toList();
  }

  private Checkpoint awaitCheckpoint(long ts) throws InterruptedException, ExecutionException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (true) {
      Optional<Checkpoint> checkpoint = storage.reader().checkpoint();
      if (checkpoint.isPresent() && checkpoint.get().lsn().nanos() >= ts) {
        return checkpoint.get();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "The storage did not reach " + ts + " within " + PATIENCE_MS / 1000 + " s");
      }
      pause(POLL_MS);
    }
  }

  /** Waits; a failed pipeline ends the wait with its failure. */
  public void pause(long millis) throws InterruptedException, ExecutionException {
    if (interruption.pause(millis, pipeline.completion())) {
      throw new IllegalStateException("The pipeline has stopped");
    }
  }
}
