package io.convexpowersync.benchmarks.pipeline;

import io.convexpowersync.sink.SinkCounters;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.standalone.run.Pipeline;
import io.convexpowersync.storage.Lsn;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The runner's pipeline in this process. */
final class StandaloneRun {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Target target;
  private final DeploymentProcess deployment;
  private final CpuMeter meter;
  private final String what;
  private SinkCounters counters = SinkCounters.NONE;

  /**
   * @param what in front of what is printed
   */
  StandaloneRun(Target target, DeploymentProcess deployment, String what) throws SQLException {
    this.target = target;
    this.deployment = deployment;
    this.meter = CpuMeter.of(target.connection());
    this.what = what;
  }

  void measure(int documents, int commits) throws IOException, SQLException {
    CpuTime built = replicate();
    Report.line(what + "first build", documents, built);
    CpuTime copied = new CopyYardstick(target.connection(), target.stream()).run(meter);
    Report.line(what + "COPY of both tables", documents, copied);
    Report.note(
        String.format(
            Locale.ROOT,
            "first build in units of the database's time for COPY: JVM %.2f, database %.2f",
            built.jvm() / copied.postgres(),
            built.postgres() / copied.postgres()));
    deployment.expire();
    Report.line(what + "re-snapshot, nothing changed", documents, replicate());
    Report.note(
        String.format(
            Locale.ROOT,
            "%,d operations for clients, %,d rows read",
            counters.operations(),
            counters.changes()));
    deployment.commit(commits);
    Report.line(what + "one-row commits", commits, replicate());
  }

  /** Runs until everything that the deployment holds is published. */
  private CpuTime replicate() {
    Lsn head = new Lsn(deployment.head());
    SourceSettings source = new SourceSettings(deployment.url(), new Secret(deployment.key()));
    CpuTime start = meter.now();
    try (Pipeline pipeline = Pipeline.start(source, target.storage())) {
      while (pipeline.stream().lsn().filter(lsn -> lsn.compareTo(head) >= 0).isEmpty()) {
        if (pipeline.completion().isDone()) {
          pipeline.completion().join();
          throw new IllegalStateException("The pipeline has stopped");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      counters = pipeline.counters();
      return meter.now().since(start);
    }
  }
}
