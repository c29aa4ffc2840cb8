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
 * @param limits sizes and ages
 * @param strictSelection answer 400 {@code EmulatorSelectionIgnored} where a real deployment
 *     silently ignores a selection and exports everything
 */
public record EmulatorOptions(
    int port,
    String instanceName,
    EmulatorData data,
    long seed,
    LongSupplier clock,
    Limits limits,
    boolean strictSelection) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

  /**
   * Limits of a deployment.
   *
   * @param snapshotPage documents in a page of {@code list_snapshot}
   * @param deltaPage log rows after which a page of {@code document_deltas} ends
   * @param logRetention how long the log can be read
   * @param snapshotAge how old the timestamp of a {@code list_snapshot} may be
   */
  public record Limits(
      int snapshotPage, int deltaPage, Duration logRetention, Duration snapshotAge) {
    /** What a deployment has. */
    public static final Limits DEFAULTS =
        new Limits(1024, 128, Duration.ofDays(14), Duration.ofDays(5));

    public Limits {
      if (snapshotPage < 1 || deltaPage < 1) {
        throw new IllegalArgumentException("Page sizes must be positive");
      }
    }

    /** Other page sizes. */
    public Limits withPages(int snapshot, int delta) {
      return new Limits(snapshot, delta, logRetention, snapshotAge);
    }
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
        false);
  }

  public EmulatorOptions withPort(int value) {
    return new EmulatorOptions(value, instanceName, data, seed, clock, limits, strictSelection);
  }

  public EmulatorOptions withInstanceName(String value) {
    return new EmulatorOptions(port, value, data, seed, clock, limits, strictSelection);
  }

  public EmulatorOptions withData(EmulatorData value) {
    return new EmulatorOptions(port, instanceName, value, seed, clock, limits, strictSelection);
  }

  public EmulatorOptions withSeed(long value) {
    return new EmulatorOptions(port, instanceName, data, value, clock, limits, strictSelection);
  }

  public EmulatorOptions withClock(LongSupplier value) {
    return new EmulatorOptions(port, instanceName, data, seed, value, limits, strictSelection);
  }

  public EmulatorOptions withLimits(Limits value) {
    return new EmulatorOptions(port, instanceName, data, seed, clock, value, strictSelection);
  }

  public EmulatorOptions withStrictSelection(boolean value) {
    return new EmulatorOptions(port, instanceName, data, seed, clock, limits, value);
  }

  private static long wallClock() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
