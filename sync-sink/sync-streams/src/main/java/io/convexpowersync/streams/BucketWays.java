package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ways by which the Service finds out which buckets a client gets: the queriers of a plan.
 * Nothing of them is required, since rows are evaluated without them.
 */
final class BucketWays {
  private final Map<Integer, List<Way>> byBucket = new TreeMap<>();

  /** What decides whether a client gets a bucket. */
  private enum Decider {
    /** The request alone: its token, its parameters. */
    REQUEST,
    /** Rows of a table have a say. */
    TABLE,
    /** Something that this version does not know. */
    UNKNOWN
  }

  /**
   * A querier.
   *
   * @param user the stream or the bucket definition
   */
  private record Way(String user, int priority, Decider decider, JsonNode querier) {
    boolean meets(Way other) {
      return decider == Decider.REQUEST
          && other.decider == Decider.TABLE
          && priority == other.priority
          && !Exclusions.areExclusive(querier, other.querier);
    }
  }

  private BucketWays() {}

  static BucketWays of(JsonNode plan) {
    BucketWays ways = new BucketWays();
    for (JsonNode stream : plan.path("streams")) {
      for (JsonNode querier : stream.path("queriers")) {
        ways.add(stream.path("stream"), querier);
      }
    }
    return ways;
  }

  private void add(JsonNode stream, JsonNode querier) {
    byBucket
        .computeIfAbsent(querier.path("bucket").asInt(-1), bucket -> new ArrayList<>())
        .add(
            new Way(
                stream.path("name").asText(),
                stream.path("priority").asInt(),
                decider(querier.path("lookupStages")),
                querier));
  }

  private static Decider decider(JsonNode stages) {
    Decider decider = Decider.REQUEST;
    for (JsonNode stage : stages) {
      for (JsonNode lookup : stage) {
        String type = lookup.path("type").asText();
        if (type.equals("parameter")) {
          return Decider.TABLE;
        }
        decider = type.equals("table_valued") ? decider : Decider.UNKNOWN;
      }
    }
    return decider;
  }

  /**
   * Buckets that one client may get at one priority both by its request alone and through a table:
   * their indexes, and the names of the streams or bucket definitions by which it does.
   */
  Map<Integer, Set<String>> metTwice() {
    Map<Integer, Set<String>> met = new TreeMap<>();
    byBucket.forEach(
        (bucket, ways) -> {
          Set<String> users = users(ways);
          if (!users.isEmpty()) {
            met.put(bucket, users);
          }
        });
    return met;
  }

  private static Set<String> users(List<Way> ways) {
    Set<String> users = new TreeSet<>();
    for (Way way : ways) {
      for (Way other : ways) {
        if (way.meets(other)) {
          users.add(way.user);
          users.add(other.user);
        }
      }
    }
    return users;
  }
}
