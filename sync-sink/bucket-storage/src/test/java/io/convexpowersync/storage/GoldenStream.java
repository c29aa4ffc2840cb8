package io.convexpowersync.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.SyncStreams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One replication stream of a golden scenario: what the replicator did with it, done by us. */
final class GoldenStream {
  private static final String OWNER = "golden";

  private final BucketStorage storage;
  private final StreamId id;
  private final SyncStreams plan;
  private final Lsn pin;
  private final Map<String, TreeMap<String, JsonNode>> snapshot = new LinkedHashMap<>();
  private final List<JsonNode> log = new ArrayList<>();
  private StreamWriter writer;
  private boolean live;
  private int errors;

  /** Documents: the state at the pin. */
  GoldenStream(
      BucketStorage storage, StreamId id, SyncStreams plan, Lsn pin, List<JsonNode> documents) {
    this.storage = storage;
    this.id = id;
    this.plan = plan;
    this.pin = pin;
    for (JsonNode document : documents) {
      if (selects(document)) {
        snapshot
            .computeIfAbsent(document.get("table").asText(), table -> new TreeMap<>())
            .put(document.get("id").asText(), document);
      }
    }
    open();
  }

  StreamId id() {
    return id;
  }

  void open() {
    writer = storage.openWriter(id, OWNER);
  }

  void close() {
    writer.close();
  }

  /** Evaluation errors since the last call. */
  int takeErrors() {
    int taken = errors;
    errors = 0;
    return taken;
  }

  /** One page of one table; with the table's last page it is complete. */
  void snapshotPage(String table, int from, int pageSize) {
    List<JsonNode> documents = new ArrayList<>(snapshot.get(table).values());
    int to = Math.min(from + pageSize, documents.size());
    try (WriteTransaction transaction = writer.begin()) {
      documents.subList(from, to).forEach(document -> apply(transaction, document));
      transaction.tableSnapshotProgress(table, to);
      if (to == documents.size()) {
        transaction.tableSnapshotDone(table, pin);
        snapshot.remove(table);
      }
      transaction.commit();
    }
  }

  /** Everything that is left of the snapshot, from an offset in the given table on. */
  void finishSnapshot(String table, int from) {
    if (snapshot.containsKey(table)) {
      snapshotPage(table, from, Integer.MAX_VALUE / 2);
    }
    List.copyOf(snapshot.keySet()).forEach(rest -> snapshotPage(rest, 0, Integer.MAX_VALUE / 2));
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(pin);
      transaction.publish(pin, false, true);
      transaction.commit();
    }
    live = true;
  }

  /** Changes after the snapshot; kept until the snapshot is complete. */
  void page(JsonNode rows, Lsn cursor) {
    for (JsonNode row : rows) {
      if (selects(row)) {
        log.add(row);
      }
    }
    if (!live) {
      return;
    }
    try (WriteTransaction transaction = writer.begin()) {
      log.forEach(row -> apply(transaction, row));
      transaction.publish(cursor, false, true);
      transaction.commit();
    }
    log.clear();
  }

  private void apply(WriteTransaction transaction, JsonNode document) {
    String table = document.get("table").asText();
    String documentId = document.get("id").asText();
    if (document.path("deleted").asBoolean()) {
      transaction.delete(table, documentId);
      return;
    }
    Evaluation evaluation =
        plan.evaluate(table, document.get("json").asText(), DocumentEncoding.JSON);
    errors += evaluation.errors().size();
    transaction.upsert(table, documentId, evaluation);
  }

  private boolean selects(JsonNode document) {
    String table = document.get("table").asText();
    return !table.equals("powersync_checkpoints") && plan.selects(table);
  }
}
