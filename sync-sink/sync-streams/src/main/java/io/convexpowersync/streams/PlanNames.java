package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** Names the parts of a plan after the streams that use them, for messages. */
final class PlanNames {
  private final JsonNode plan;

  PlanNames(JsonNode plan) {
    this.plan = plan;
  }

  String ofDataSource(int index) {
    Set<String> buckets = new TreeSet<>();
    for (JsonNode bucket : plan.path("buckets")) {
      for (JsonNode source : bucket.path("sources")) {
        if (source.asInt(-1) == index) {
          buckets.add(bucket.path("uniqueName").asText());
        }
      }
    }
    return name(buckets, "data source " + index);
  }

  String ofParameterIndex(int index) {
    Set<String> streams = new TreeSet<>();
    for (JsonNode stream : plan.path("streams")) {
      for (JsonNode lookup : stream.path("queriers").findValues("lookupStages")) {
        if (uses(lookup, index)) {
          streams.add(stream.path("stream").path("name").asText());
        }
      }
    }
    return name(streams, "lookup " + index);
  }

  private static boolean uses(JsonNode stages, int index) {
    for (JsonNode stage : stages) {
      for (JsonNode lookup : stage) {
        if (lookup.path("type").asText().equals("parameter")
            && lookup.path("lookup").asInt(-1) == index) {
          return true;
        }
      }
    }
    return false;
  }

  private static String name(Set<String> users, String part) {
    return users.isEmpty() ? part : "Stream " + String.join(", ", users) + ", " + part;
  }
}
