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
 */
record SyncConfig(String content, String plan) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads and checks it.
   *
   * @throws ConfigException when a file cannot be read or the plan cannot be run here
   */
  static SyncConfig load(SyncFiles files) {
    return checked(read(files.config()), read(files.plan()), files.plan().toString());
  }

  /** One of the examples that are part of this program. */
  static SyncConfig example(String name) {
    String base = "/config-examples/" + name;
    return checked(resource(base + "/sync.yaml"), resource(base + "/plan.json"), name);
  }

  private static SyncConfig checked(String content, String plan, String planName) {
    try {
      SyncStreams.load(plan, 1);
    } catch (InvalidPlanException e) {
      throw new ConfigException(planName + " is not a plan that can be run: " + e.getMessage(), e);
    }
    return new SyncConfig(content, plan);
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

  private static String read(Path file) {
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
