package io.convexpowersync.streams.config;

import static io.convexpowersync.streams.config.Problem.Category.CONFIG;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the {@code config} block. */
final class OptionsReader {
  private static final String EDITION = "edition";
  private static final String PRECISION = "timestamp_max_precision";
  private static final String STORAGE = "storage_version";
  private static final int NEWEST_EDITION = 3;
  private static final Set<String> BOOLEANS =
      Set.of(
          Options.ISO_TIMESTAMPS,
          "versioned_bucket_ids",
          Options.FIXED_JSON,
          "custom_postgres_types",
          Options.SQLITE_ENGINE);

  /** In the order of their digits: 0, 3, 6, 9. */
  private static final List<String> PRECISIONS =
      List.of("seconds", "milliseconds", "microseconds", "nanoseconds");

  private final Problems problems;
  private final NodeReader nodes;

  OptionsReader(Problems problems, NodeReader nodes) {
    this.problems = problems;
    this.nodes = nodes;
  }

  Options read(YamlNode block) {
    Set<String> known = new HashSet<>(BOOLEANS);
    known.addAll(List.of(EDITION, PRECISION, STORAGE));
    Map<String, YamlNode> members = nodes.members(block, known);
    Map<String, Boolean> overrides = new LinkedHashMap<>();
    for (Map.Entry<String, YamlNode> member : members.entrySet()) {
      if (BOOLEANS.contains(member.getKey())) {
        nodes.bool(member.getValue()).ifPresent(on -> overrides.put(member.getKey(), on));
      }
    }
    Options options =
        new Options(
            edition(members.get(EDITION)), overrides, timestampDigits(members.get(PRECISION)));
    checkStorageVersion(members.get(STORAGE));
    checkCombination(options, block);
    return options;
  }

  private int edition(YamlNode node) {
    if (node == null) {
      return Options.DEFAULT.edition();
    }
    boolean numeric =
        node instanceof YamlNode.Scalar scalar
            && (scalar.type() == YamlNode.Type.INTEGER || scalar.type() == YamlNode.Type.FRACTION);
    if (!numeric) {
      nodes.problem(node, "edition must be numeric: write 3, without quotes");
      return Options.DEFAULT.edition();
    }
    Optional<Integer> edition = NodeReader.integer(node);
    if (edition.isEmpty() || edition.get() < 1 || edition.get() > NEWEST_EDITION) {
      nodes.problem(node, "edition must be an integer from 1 to " + NEWEST_EDITION);
    }
    return Math.max(1, edition.orElse(Options.STREAM_EDITION));
  }

  private Optional<Integer> timestampDigits(YamlNode node) {
    if (node == null) {
      return Optional.empty();
    }
    Optional<Integer> digits =
        nodes.scalar(node).map(scalar -> PRECISIONS.indexOf(scalar.text())).map(i -> i * 3);
    if (digits.isPresent() && digits.get() < 0) {
      problems.fatal(
          CONFIG,
          node.span(),
          "Unknown time precision, allowed are " + String.join(", ", PRECISIONS));
      return Optional.empty();
    }
    return digits;
  }

  private void checkStorageVersion(YamlNode node) {
    if (node == null) {
      return;
    }
    Optional<Integer> version = NodeReader.integer(node);
    if (version.isEmpty()) {
      problems.fatal(CONFIG, node.span(), "Storage version must be numeric: leave it out, or 2");
    } else if (version.get() == 3) {
      problems.warning(
          CONFIG,
          node.span(),
          "Storage version 3 is unstable, and may stop working with any release: leave it out");
    } else if (version.get() != 2) {
      problems.fatal(
          CONFIG,
          node.span(),
          "Storage version " + version.get() + " is not supported: leave it out, or write 2");
    }
  }

  private void checkCombination(Options options, YamlNode block) {
    List<String> wrong = new ArrayList<>();
    if (options.overrides().getOrDefault(Options.SQLITE_ENGINE, false)) {
      if (options.edition() < Options.PLAN_EDITION) {
        wrong.add("Enabling unstable_sqlite_expression_engine requires edition: 3");
      } else if (!options.isOn(Options.FIXED_JSON)) {
        wrong.add("Enabling unstable_sqlite_expression_engine requires fixed_json_extract");
      }
    }
    if (options.timestampDigits().isPresent() && !options.isOn(Options.ISO_TIMESTAMPS)) {
      wrong.add("timestamp_max_precision requires timestamps_iso8601: true");
    }
    wrong.forEach(message -> problems.fatal(CONFIG, block.span(), message));
  }
}
