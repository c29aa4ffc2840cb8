package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises two queriers that never give one client the same bucket: because a parameter of the
 * bucket is a different constant, or because their conditions on the client contradict each other.
 * What it says is certain; it does not find every contradiction.
 */
final class Exclusions {
  private Exclusions() {}

  static boolean areExclusive(JsonNode one, JsonNode other) {
    return differInAConstant(one.path("sourceInstantiation"), other.path("sourceInstantiation"))
        || contradict(conditions(one), conditions(other));
  }

  private static boolean differInAConstant(JsonNode values, JsonNode others) {
    for (int i = 0; i < values.size(); i++) {
      if (areDifferent(values.path(i).path("expr"), others.path(i).path("expr"))) {
        return true;
      }
    }
    return false;
  }

  /** Values of different types may be equal all the same. */
  private static boolean areDifferent(JsonNode value, JsonNode other) {
    String type = value.path("type").asText();
    return (type.equals("lit_string") || type.equals("lit_int"))
        && type.equals(other.path("type").asText())
        && !value.equals(other);
  }

  /** Those that hold for a client as a whole: subscriptions of one stream may differ. */
  private static List<JsonNode> conditions(JsonNode querier) {
    List<JsonNode> conditions = new ArrayList<>();
    querier.path("requestFilters").forEach(filter -> addConditions(filter, conditions));
    conditions.removeIf(
        condition ->
            condition.findValues("request").stream()
                .anyMatch(source -> source.asText().equals("subscription")));
    return conditions;
  }

  private static void addConditions(JsonNode filter, List<JsonNode> conditions) {
    if (filter.path("operator").asText().equals("and")) {
      addConditions(filter.path("left"), conditions);
      addConditions(filter.path("right"), conditions);
    } else {
      conditions.add(filter);
    }
  }

  private static boolean contradict(List<JsonNode> conditions, List<JsonNode> others) {
    return conditions.stream()
        .anyMatch(one -> others.stream().anyMatch(other -> contradict(one, other)));
  }

  private static boolean contradict(JsonNode one, JsonNode other) {
    return isNegationOf(one, other) || isNegationOf(other, one) || allowDifferent(one, other);
  }

  private static boolean isNegationOf(JsonNode negation, JsonNode condition) {
    return switch (negation.path("operator").asText()) {
      case "not" -> negation.path("operand").equals(condition);
      case "!=" ->
          condition.path("operator").asText().equals("=")
              && condition.path("left").equals(negation.path("left"))
              && condition.path("right").equals(negation.path("right"));
      default -> false;
    };
  }

  /** The same thing has to be one of these constants there, one of those here. */
  private static boolean allowDifferent(JsonNode one, JsonNode other) {
    Optional<Allowed> first = Allowed.by(one);
    Optional<Allowed> second = Allowed.by(other);
    return first.isPresent()
        && second.isPresent()
        && first.get().subject().equals(second.get().subject())
        && first.get().values().stream()
            .allMatch(
                value ->
                    second.get().values().stream().allMatch(some -> areDifferent(value, some)));
  }

  /** A condition that something is one of some values. */
  private record Allowed(JsonNode subject, Set<JsonNode> values) {

    static Optional<Allowed> by(JsonNode condition) {
      Set<JsonNode> values = new HashSet<>();
      if (condition.path("type").asText().equals("scalar_in")) {
        condition.path("in").forEach(values::add);
        return Optional.of(new Allowed(condition.path("target"), values));
      }
      if (!condition.path("operator").asText().equals("=")) {
        return Optional.empty();
      }
      JsonNode left = condition.path("left");
      JsonNode right = condition.path("right");
      boolean isRightConstant = right.path("type").asText().startsWith("lit_");
      values.add(isRightConstant ? right : left);
      return Optional.of(new Allowed(isRightConstant ? left : right, values));
    }
  }
}
