package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A client that walks a snapshot and then follows the log holds, at every cursor, exactly the
 * deployment's state at that timestamp: for any page sizes, and any commits between any requests.
 */
class ReplicationPropertyTest {
  private static final List<TablePath> TABLES =
      List.of(
          TablePath.root("tasks"),
          TablePath.root("users"),
          new TablePath("c", "tasks"),
          new TablePath("c/d", "notes"));

  @Property(tries = 50)
  void snapshotAndDeltasEqualTheState(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int snapshotPage,
      @ForAll @IntRange(min = 1, max = 12) int deltaPage)
      throws IOException {
    EmulatorOptions options =
        EmulatorOptions.defaults()
            .withSeed(seed)
            .withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(snapshotPage, deltaPage));
    try (ConvexEmulator emulator = ConvexEmulator.start(options)) {
      new Run(emulator, new SplittableRandom(seed)).replicate();
    }
  }

  /** One deployment, its writer, and the copy that a client keeps. */
  private static final class Run {
    private final ConvexEmulator emulator;
    private final SplittableRandom random;
    private final TestClient client;
    private final Map<TablePath, Map<String, String>> copy = new TreeMap<>();

    Run(ConvexEmulator emulator, SplittableRandom random) {
      this.emulator = emulator;
      this.random = random;
      this.client = new TestClient(emulator);
    }

    void replicate() {
      mayCommit(30);
      long snapshot = emulator.head();
      String cursor = "";
      JsonNode page;
      do {
        page = get("/api/list_snapshot?format=export_json&snapshot=" + snapshot + cursor);
        page.get("values").forEach(this::apply);
        cursor = "&cursor=" + TestClient.encode(page.get("cursor").asText());
        mayCommit(3);
      } while (page.get("hasMore").booleanValue());
      compare(snapshot);
      follow(snapshot);
    }

    private void follow(long snapshot) {
      long cursor = snapshot;
      JsonNode page;
      for (int i = 0; i < 25; i++) {
        page = get("/api/document_deltas?format=export_json&cursor=" + cursor);
        page.get("values").forEach(this::apply);
        assertThat(page.get("cursor").longValue()).isGreaterThanOrEqualTo(cursor);
        cursor = page.get("cursor").longValue();
        compare(cursor);
        mayCommit(2);
      }
      do {
        page = get("/api/document_deltas?format=export_json&cursor=" + cursor);
        page.get("values").forEach(this::apply);
        cursor = page.get("cursor").longValue();
      } while (cursor < emulator.head());
      compare(emulator.head());
    }

    private JsonNode get(String path) {
      TestClient.Answer answer = client.get(path);
      assertThat(answer.status()).isEqualTo(200);
      return answer.json();
    }

    private void apply(JsonNode row) {
      TablePath table = new TablePath(row.get("_component").asText(), row.get("_table").asText());
      Map<String, String> documents = copy.computeIfAbsent(table, key -> new TreeMap<>());
      String id = row.get("_id").asText();
      if (row.path("_deleted").booleanValue()) {
        documents.remove(id);
      } else {
        documents.put(id, row.get("n").toString());
      }
    }

    private void compare(long ts) {
      DeploymentState state = emulator.stateAt(ts);
      Map<TablePath, Map<String, String>> expected = new TreeMap<>();
      state.forEach(
          ValueFormat.EXPORT_JSON,
          (table, id, json) ->
              expected
                  .computeIfAbsent(table, key -> new TreeMap<>())
                  .put(id, json.replaceFirst(".*\"n\":(-?\\d+).*", "$1")));
      copy.values().removeIf(Map::isEmpty);
      assertThat(copy).isEqualTo(expected);
    }

    private void mayCommit(int most) {
      int commits = random.nextInt(most + 1);
      for (int i = 0; i < commits; i++) {
        switch (random.nextInt(8)) {
          case 0 -> emulator.bumpHead();
          case 1 -> emulator.commitSystemRows(random.nextInt(15));
          default -> emulator.commit(this::write);
        }
      }
    }

    private void write(DocumentTransaction transaction) {
      int writes = random.nextInt(10);
      for (int i = 0; i < writes; i++) {
        TablePath table = TABLES.get(random.nextInt(TABLES.size()));
        List<String> ids = new ArrayList<>(transaction.ids(table));
        String document = "{\"n\":" + random.nextInt(5) + "}";
        if (ids.isEmpty() || random.nextInt(3) == 0) {
          String id = transaction.insert(table, document);
          if (random.nextInt(6) == 0) {
            transaction.delete(table, id);
          }
        } else {
          String id = ids.get(random.nextInt(ids.size()));
          switch (random.nextInt(3)) {
            case 0 -> transaction.delete(table, id);
            case 1 -> transaction.patch(table, id, document);
            default -> transaction.replace(table, id, document);
          }
        }
      }
    }
  }
}
