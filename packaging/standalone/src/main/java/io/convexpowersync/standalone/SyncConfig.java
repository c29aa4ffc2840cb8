package io.convexpowersync.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.standalone.config.ConfigException;
import io.convexpowersync.standalone.config.SyncFiles;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sync config that can be deployed.
 *
 * @param content the YAML
 * @param plan the compiled plan, JSON text as {@code sync_rules.sync_plan} holds it
 * @param warnings of the compiler, for people; empty if there are none
 */
record SyncConfig(String content, String plan, String warnings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads and checks it, and compiles it when there is no plan.
   *
   * @throws ConfigException when a file cannot be read or the plan cannot be run here
   * @throws InvalidSyncConfigException when the config is wrong
   */
  static SyncConfig load(SyncFiles files) {
    String content = read(files.config());
    return files
        .plan()
        .map(plan -> checked(content, read(plan), plan.toString()))
        .orElseGet(() -> compiled(content, files.config().toString()));
  }

  /** One of the examples that are part of this program. */
  static SyncConfig example(String name) {
    return compiled(resource("/config-examples/" + name + "/sync.yaml"), name);
  }

  private static SyncConfig compiled(String content, String name) {
    CompiledConfig compiled = CompiledConfig.of(name, content);
    return new SyncConfig(content, compiled.plan(), compiled.warnings());
  }

  private static SyncConfig checked(String content, String plan, String planName) {
    try {
      SyncStreams.load(plan, 1);
    } catch (InvalidPlanException e) {
      throw new ConfigException(planName + " is not a plan that can be run: " + e.getMessage(), e);
    }
    return new SyncConfig(content, plan, "");
  }

  static void print(String warnings, PrintWriter err) {
    if (!warnings.isEmpty()) {
      err.println(warnings);
    }
  }

  /** The stream that this config is already deployed as, being built or served. */
  Optional<ReplicationStream> deployedIn(BucketStorage storage) {
    return Stream.of(storage.streams().processing(), storage.streams().active())
        .flatMap(Optional::stream)
        .filter(stream -> stream.content().equals(content))
        .filter(stream -> stream.plan().map(this::isSamePlan).orElse(false))
        .findFirst();
  }

  /** Deploys it; a stream that is being built from another one is stopped. */
  StreamId deploy(BucketStorage storage) {
    return storage.streams().deploy(content, plan);
  }

  private boolean isSamePlan(String other) {
    try {
      return JSON.readTree(plan).equals(JSON.readTree(other));
    } catch (JsonProcessingException e) {
      return false;
    }
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
