package io.convexpowersync.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * How an emulated deployment is set up.
 *
 * @param port TCP port on 127.0.0.1; 0 for a free one
 * @param instanceName the deployment's name
 * @param data initial documents
 * @param seed of generated ids
 * @param clock wall clock, nanoseconds since the epoch; must not be negative
 * @param limits sizes, ages and times
 * @param features what it can do
 */
public record EmulatorOptions(
    int port,
    String instanceName,
    EmulatorData data,
    long seed,
    LongSupplier clock,
    Limits limits,
    Features features) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

  /**
   * Limits of a deployment.
   *
   * @param snapshotPage documents in a page of {@code list_snapshot}
   * @param deltaPage log rows after which a page of {@code document_deltas} ends
   * @param dataSync of a page of {@code data/sync}
   * @param times ages and durations
   */
  public record Limits(int snapshotPage, int deltaPage, DataSync dataSync, Times times) {
    private static final long MIB = 1 << 20;

    /** What a deployment has. */
    public static final Limits DEFAULTS =
        new Limits(
            1024,
            128,
            new DataSync(16_384, 64 * MIB, 32_768, Duration.ofSeconds(30)),
            new Times(
                Duration.ofDays(14),
                Duration.ofDays(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(300)));

    /**
     * When a page of {@code data/sync} ends.
     *
     * @param entries rows and tombstones in it
     * @param bytes of these
     * @param rowsRead of the log and of tables
     * @param freshness how far the log may be ahead before a walk of tables waits for it
     */
    public record DataSync(int entries, long bytes, int rowsRead, Duration freshness) {}

    /**
     * Ages and durations.
     *
     * @param logRetention how long the log can be read
     * @param snapshotAge how old the timestamp of a {@code list_snapshot} may be
     * @param snapshotPage how long the rows of a page of {@code list_snapshot} may take
     * @param request after which the server gives up with 408
     */
    public record Times(
        Duration logRetention, Duration snapshotAge, Duration snapshotPage, Duration request) {}

    public Limits {
      if (snapshotPage < 1 || deltaPage < 1 || dataSync.entries < 1 || dataSync.rowsRead < 1) {
        throw new IllegalArgumentException("Page sizes must be positive");
      }
    }

    /** Other page sizes of the older API. */
    public Limits withPages(int snapshot, int delta) {
      return new Limits(snapshot, delta, dataSync, times);
    }

    /** Other limits of {@code data/sync}. */
    public Limits withDataSync(DataSync value) {
      return new Limits(snapshotPage, deltaPage, value, times);
    }

    /** Other ages and durations. */
    public Limits withTimes(Times value) {
      return new Limits(snapshotPage, deltaPage, dataSync, value);
    }

    /** Another time for which the log can be read. */
    public Limits withLogRetention(Duration value) {
      return withTimes(new Times(value, times.snapshotAge, times.snapshotPage, times.request));
    }
  }

  /**
   * What an emulated deployment can do.
   *
   * @param backend which backend it imitates
   * @param strictSelection answer 400 {@code EmulatorSelectionIgnored} where a real deployment
   *     silently ignores a selection and exports everything
   * @param networkFaults whether connections can be reset and refused, at the price of throughput
   * @param control whether callers may change data and cause faults through {@code /emulator/}
   */
  public record Features(
      Backend backend, boolean strictSelection, boolean networkFaults, boolean control) {
    /** The newest backend and nothing else. */
    public static final Features DEFAULTS = new Features(Backend.CURRENT, false, false, false);
  }

  public EmulatorOptions {
    if (!NAME.matcher(instanceName).matches()) {
      throw new IllegalArgumentException(
          "An instance name has lower-case letters, digits and '-': " + instanceName);
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("Not a TCP port: " + port);
    }
  }

  /** An empty deployment on a free port, with a deployment's limits. */
  public static EmulatorOptions defaults() {
    return new EmulatorOptions(
        0,
        "emulated-otter-123",
        new EmulatorData.Empty(),
        1,
        EmulatorOptions::wallClock,
        Limits.DEFAULTS,
        Features.DEFAULTS);
  }

  public EmulatorOptions withPort(int value) {
    return new EmulatorOptions(value, instanceName, data, seed, clock, limits, features);
  }

  public EmulatorOptions withInstanceName(String value) {
    return new EmulatorOptions(port, value, data, seed, clock, limits, features);
  }

  public EmulatorOptions withData(EmulatorData value) {
    return new EmulatorOptions(port, instanceName, value, seed, clock, limits, features);
  }

  public EmulatorOptions withSeed(long value) {
    return new EmulatorOptions(port, instanceName, data, value, clock, limits, features);
  }

  public EmulatorOptions withClock(LongSupplier value) {
    return new EmulatorOptions(port, instanceName, data, seed, value, limits, features);
  }

  public EmulatorOptions withLimits(Limits value) {
    return new EmulatorOptions(port, instanceName, data, seed, clock, value, features);
  }

  public EmulatorOptions withBackend(Backend value) {
    return with(
        new Features(value, features.strictSelection, features.networkFaults, features.control));
  }

  public EmulatorOptions withStrictSelection(boolean value) {
    return with(new Features(features.backend, value, features.networkFaults, features.control));
  }

  public EmulatorOptions withNetworkFaults(boolean value) {
    return with(new Features(features.backend, features.strictSelection, value, features.control));
  }

  public EmulatorOptions withControl(boolean value) {
    return with(
        new Features(features.backend, features.strictSelection, features.networkFaults, value));
  }

  private EmulatorOptions with(Features value) {
    return new EmulatorOptions(port, instanceName, data, seed, clock, limits, value);
  }

  private static long wallClock() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
