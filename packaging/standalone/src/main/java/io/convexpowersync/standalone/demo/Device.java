package io.convexpowersync.standalone.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.storage.BucketReader;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ClientRow;
import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import io.convexpowersync.streams.SyncStreams;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What the device of a user of the to-do app holds. It does what the PowerSync Service does for the
 * two streams of the example: asks the parameter lookups for the lists that the user owns or has
 * joined, and reads the bucket of the profile and one bucket for each list.
 *
 * <p>Names of buckets and keys of lookups are those of documents with the ids in question, so
 * nothing here knows how they are written.
 */
final class Device {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BucketReader reader;
  private final SyncStreams streams;
  private final TodoApp.User user;

  Device(BucketReader reader, SyncStreams streams, TodoApp.User user) {
    this.reader = reader;
    this.streams = streams;
    this.user = user;
  }

  TodoApp.User user() {
    return user;
  }

  /** Names of the buckets that it may read at a checkpoint. */
  Collection<String> buckets(Checkpoint checkpoint) {
    TreeSet<String> buckets = new TreeSet<>(bucketsOf("users", "_id", user.id()));
    List<LookupRow> lookups = new ArrayList<>();
    lookups.addAll(evaluate("lists", "owner_id", user.id()).lookups());
    lookups.addAll(evaluate("list_members", "user_id", user.id()).lookups());
    for (LookupRow lookup : lookups) {
      for (String results : reader.parameters(checkpoint, lookup.lookup())) {
        for (JsonNode result : json(results)) {
          buckets.addAll(bucketsOf("lists", "_id", result.get("0").asText()));
        }
      }
    }
    return buckets;
  }

  /** Its rows at a checkpoint, each once. */
  Collection<ClientRow> rows(Checkpoint checkpoint) {
    TreeSet<ClientRow> rows =
        new TreeSet<>(Comparator.comparing(ClientRow::table).thenComparing(ClientRow::rowId));
    buckets(checkpoint).forEach(bucket -> rows.addAll(reader.rows(checkpoint, bucket)));
    return rows;
  }

  private List<String> bucketsOf(String table, String field, String value) {
    return evaluate(table, field, value).buckets().stream().map(BucketRow::bucket).toList();
  }

  private Evaluation evaluate(String table, String field, String value) {
    // The other fields only have to be there.
    String document =
        JSON.createObjectNode()
            .put("_id", "")
            .put("owner_id", "")
            .put("list_id", "")
            .put("user_id", "")
            .put(field, value)
            .toString();
    return streams.evaluate(table, document, DocumentEncoding.LOSSLESS);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The storage holds JSON", e);
    }
  }
}
