package io.convexpowersync.standalone;

import io.convexpowersync.standalone.config.ConfigException;
import io.convexpowersync.standalone.config.SyncFiles;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A sync config that can be deployed. */
record SyncConfig(CompiledSyncConfig compiled) {

  /**
   * Reads and checks it, and compiles it when there is no plan.
   *
   * @throws ConfigException when a file cannot be read or the plan cannot be run here
   * @throws io.convexpowersync.streams.compiler.InvalidSyncConfigException when the config is wrong
   */
  static SyncConfig load(SyncFiles files) {
    String content = read(files.config());
    return new SyncConfig(
        files
            .plan()
            .map(plan -> checked(content, read(plan), plan.toString()))
            .orElseGet(() -> CompiledSyncConfig.of(files.config().toString(), content)));
  }

  /** One of the examples that are part of this program. */
  static SyncConfig example(String name) {
    String content = resource("/config-examples/" + name + "/sync.yaml");
    return new SyncConfig(CompiledSyncConfig.of(name, content));
  }

  private static CompiledSyncConfig checked(String content, String plan, String planName) {
    try {
      return CompiledSyncConfig.withPlan(content, planName, plan);
    } catch (InvalidPlanException e) {
      throw new ConfigException(planName + " is not a plan that can be run: " + e.getMessage(), e);
    }
  }

  static void print(String warnings, PrintWriter err) {
    if (!warnings.isEmpty()) {
      err.println(warnings);
    }
  }

  String warnings() {
    return compiled.warnings();
  }

  /** The stream that this config is already deployed as, being built or served. */
  Optional<ReplicationStream> deployedIn(BucketStorage storage) {
    return storage.streams().deployedAs(compiled);
  }

  /** Deploys it; a stream that is being built from another one is stopped. */
  StreamId deploy(BucketStorage storage) {
    return storage.streams().deploy(compiled);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(
          Files.exists(file) ? "Cannot read " + file + ": " + e : file + " does not exist", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = SyncConfig.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " is part of this program", e);
    }
  }
}
