package io.convexpowersync.streams.config;

import java.util.Map;
import java.util.Optional;

/**
 * The {@code config} block.
 *
 * @param edition 1, 2 or 3
 * @param overrides the options that are given, by name
 * @param timestampDigits digits of a second's fraction, when a precision is given
 */
public record Options(
    int edition, Map<String, Boolean> overrides, Optional<Integer> timestampDigits) {
  public static final String SQLITE_ENGINE = "unstable_sqlite_expression_engine";
  public static final String FIXED_JSON = "fixed_json_extract";
  public static final String ISO_TIMESTAMPS = "timestamps_iso8601";

  /** From this edition on, a stream is compiled to a plan. */
  public static final int PLAN_EDITION = 3;

  /** From this edition on, there are streams, and the fixes of old behaviour are on. */
  public static final int STREAM_EDITION = 2;

  /** What a config without options has. */
  static final Options DEFAULT = new Options(1, Map.of(), Optional.empty());

  /** Whether an option is on. */
  public boolean isOn(String option) {
    boolean byEdition = edition >= STREAM_EDITION && !option.equals(SQLITE_ENGINE);
    return overrides.getOrDefault(option, byEdition);
  }
}
