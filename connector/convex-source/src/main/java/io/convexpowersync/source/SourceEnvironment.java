package io.convexpowersync.source;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.source.columns.ColumnFilteredDeployment;
import io.convexpowersync.source.stream.StreamClock;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/** What a task takes from outside: the deployment, time, chance, and the signal to stop. */
final class SourceEnvironment {
  private final Function<SourceConfig, ConvexDeployment> connector;
  private final StreamClock clock;
  private final StopSignal stop;

  SourceEnvironment(
      Function<SourceConfig, ConvexDeployment> connector, StreamClock clock, StopSignal stop) {
    this.connector = connector;
    this.clock = clock;
    this.stop = stop;
  }

  static SourceEnvironment real() {
    return new SourceEnvironment(
        config -> new HttpConvexDeployment(config.client()),
        StreamClock.system(),
        new StopSignal());
  }

  /** A client of the deployment, without the excluded columns; makes no request yet. */
  ConvexDeployment connect(SourceConfig config) {
    return ColumnFilteredDeployment.of(connector.apply(config), config.columns());
  }

  StreamClock clock() {
    return clock;
  }

  StopSignal stop() {
    return stop;
  }

  SnapshotId newSnapshotId() {
    return new SnapshotId(UUID.randomUUID().toString());
  }

  double random() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
