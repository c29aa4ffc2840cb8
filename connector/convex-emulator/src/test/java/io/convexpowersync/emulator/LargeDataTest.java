package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The largest documents, commits and backlogs that a deployment can have. */
class LargeDataTest extends EmulatorTest {

  @Test
  void aCommitOf16000DocumentsIsOnePage() {
    long start = emulator.head();
    emulator.commit(
        tx -> {
          for (int i = 0; i < 16_000; i++) {
            tx.insert(TASKS, "{\"n\":" + i + "}");
          }
        });
    JsonNode page = client.get("/api/document_deltas?cursor=" + start).json();
    assertThat(page.get("values")).hasSize(16_000);
    assertThat(page.get("cursor").longValue()).isEqualTo(emulator.head());
  }

  @Test
  void largeDocumentsComeBackAsTheyWereWritten() {
    String text = "väter\n".repeat(1 << 17);
    long start = emulator.head();
    emulator.commit(
        tx -> tx.insert(TASKS, "{\"n\":1,\"text\":\"" + text.replace("\n", "\\n") + "\"}"));
    long written = emulator.head();
    emulator.commit(tx -> tx.patch(TASKS, tx.ids(TASKS).get(0), "{\"n\":1}"));
    assertThat(emulator.head()).isEqualTo(written);
    for (String path : new String[] {"list_snapshot?", "document_deltas?cursor=" + start + "&"}) {
      JsonNode row = client.get("/api/" + path + "format=export_json").json().at("/values/0");
      assertThat(row.get("text").asText()).isEqualTo(text);
      assertThat(row.get("n").intValue()).isEqualTo(1);
    }
    assertThat(emulator.stateAt(written).documents(TASKS, ValueFormat.EXPORT_JSON).values())
        .allMatch(json -> json.length() > text.length());
  }

  @Test
  void aThousandPagesOfSystemWritesAreEmptyButHaveMore() {
    long start = emulator.head();
    for (int i = 0; i < 1000; i++) {
      emulator.commitSystemRows(128);
    }
    emulator.commit(tx -> tx.insert(TASKS, "{}"));
    long cursor = start;
    int empty = 0;
    JsonNode page = client.get("/api/document_deltas?cursor=" + cursor).json();
    while (page.get("values").isEmpty()) {
      assertThat(page.get("hasMore").booleanValue()).isTrue();
      assertThat(page.get("cursor").longValue()).isGreaterThan(cursor);
      cursor = page.get("cursor").longValue();
      empty++;
      page = client.get("/api/document_deltas?cursor=" + cursor).json();
    }
    assertThat(empty).isEqualTo(1000);
    assertThat(page.get("cursor").longValue()).isEqualTo(emulator.head());
  }

  @Test
  void countsWalksThatDoNotContinueTheLastPage() throws IOException {
    emulator.commit(tx -> tx.insert(TASKS, "{}"));
    emulator.commit(tx -> tx.insert(TablePath.root("users"), "{}"));
    String first = "/api/list_snapshot?snapshot=" + emulator.head();
    String next = client.get(first).json().get("cursor").asText();
    client.get(first + "&table_name=nothing");
    client.get(first + "&cursor=" + TestClient.encode(next));
    assertThat(emulator.counters().snapshotWalks()).isEqualTo(1);
    client.get(first + "&cursor=" + TestClient.encode(next));
    client.get(first + "&table_name=users");
    assertThat(emulator.counters().snapshotWalks()).isEqualTo(3);
  }
}
