package io.convexpowersync.standalone.run;

import io.convexpowersync.standalone.config.SourceSettings;
import java.util.Properties;

/** Configuration of the engine and of the source connector in it. */
final class EngineConfig {
  /** The connector's name and topic prefix. A stream remembers it, so it never changes. */
  private static final String NAME = "convex";

  private static final String ONE_YEAR_MS = Long.toString(365L * 24 * 60 * 60 * 1000);

  static Properties of(SourceSettings source, String offsetStoreName) {
    Properties config = new Properties();
    config.setProperty("name", NAME);
    config.setProperty("connector.class", "io.convexpowersync.source.ConvexSourceConnector");
    config.setProperty("offset.storage", SinkOffsetStore.class.getName());
    config.setProperty(SinkOffsetStore.NAME_CONFIG, offsetStoreName);
    // The engine's own retrying goes on with the next batch; everything here retries itself.
    config.setProperty("errors.max.retries", "0");
    config.setProperty("record.processing.threads", "1");

    config.setProperty("deployment.url", source.url());
    config.setProperty("deploy.key", source.key().reveal());
    config.setProperty("topic.prefix", NAME);
    config.setProperty("table.include.list", String.join(",", source.include()));
    config.setProperty("table.exclude.list", String.join(",", source.exclude()));
    config.setProperty("snapshot.mode", source.snapshotMode().text());
    config.setProperty("table.topics", "false");
    config.setProperty("log.topic", "true");
    config.setProperty("tombstones.on.delete", "false");
    // A poll is whole commits, and all of it is written at once: publish after each.
    config.setProperty("resolved.interval.ms", "0");
    // There is nobody to restart a task.
    config.setProperty("retry.timeout.ms", ONE_YEAR_MS);
    // The metrics are the live engine's; one that is built beside it has them when it takes over.
    config.setProperty("internal.metrics.shared", "true");
    return config;
  }

  private EngineConfig() {}
}
