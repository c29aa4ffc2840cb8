package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** Names the parts of a plan after the streams or bucket definitions they are of, for messages. */
final class PlanNames {
  private static final String KIND_OF_DEFINITIONS = "Bucket definition ";

  private final JsonNode plan;
  private final Dialect dialect;

  PlanNames(JsonNode plan, Dialect dialect) {
    this.plan = plan;
    this.dialect = dialect;
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

  /**
   * @param users the streams, or the bucket definition
   */
  String ofBucket(int index, Set<String> users) {
    if (dialect == Dialect.BUCKET_DEFINITIONS) {
      return KIND_OF_DEFINITIONS + String.join(", ", users);
    }
    String bucket = plan.path("buckets").path(index).path("uniqueName").asText();
    return name(users, "bucket " + bucket);
  }

  String ofParameterIndex(int index) {
    if (dialect == Dialect.BUCKET_DEFINITIONS) {
      JsonNode scope = plan.path("parameterIndexes").path(index).path("lookupScope");
      return name(
          Set.of(scope.path("lookupName").asText()),
          "parameter query " + scope.path("queryId").asText());
    }
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

  private String name(Set<String> users, String part) {
    String kind = dialect == Dialect.BUCKET_DEFINITIONS ? KIND_OF_DEFINITIONS : "Stream ";
    return users.isEmpty() ? part : kind + String.join(", ", users) + ", " + part;
  }
}
