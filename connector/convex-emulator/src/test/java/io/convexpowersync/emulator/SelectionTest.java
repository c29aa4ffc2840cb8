package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest extends EmulatorTest {
  private long start;

  @Override
  void populate() {
    start = emulator.head();
    emulator.commit(
        tx -> {
          tx.insert(TablePath.root("a"), "{\"x\":1,\"y\":2}");
          tx.insert(TablePath.root("b"), "{}");
          tx.insert(new TablePath("c", "a"), "{}");
          tx.insert(new TablePath("c/d", "a"), "{}");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          table_name=a               | /a
          tableName=a                | /a
          table_name=a&component=    | /a
          table_name=a&component=c   | c/a
          component=                 | /a /b
          component=c/d              | c/d/a
          component=nothing          |
          table_name=nothing         |
          table_name=A               |
          """)
  void selectsByQuery(String query, String expected) {
    assertThat(tables(client.get("/api/document_deltas?cursor=" + start + "&" + query)))
        .isEqualTo(expected == null ? "" : expected);
    assertThat(emulator.counters().ignoredSelections()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "selection":{"_other":"included"}                                  | /a /b c/a c/d/a
          "selection":{"_other":"excluded"}                                  |
          "selection":{"_other":"incl","c":"excl"}                           | /a /b c/d/a
          "selection":{"_other":"excluded","":{"_other":"included","a":"excluded"}} | /b
          "selection":{"_other":"excluded","":{"_other":"excluded","a":{"_other":"included"}}} | /a
          "selection":{"_other":"excluded"},"tableName":"a"                  |
          "tableName":"a"                                                    | /a
          "table_name":"a","component":null                                  | /a
          "component":"c"                                                    | c/a
          """)
  void selectsByBody(String fields, String expected) {
    TestClient.Answer answer =
        client.post("/api/document_deltas", "{\"cursor\":" + start + "," + fields + "}");
    assertThat(tables(answer)).isEqualTo(expected == null ? "" : expected);
    assertThat(emulator.counters().ignoredSelections()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "selection":{}
          "selection":null
          "selection":{"a":{"_other":"included"}}
          "selection":{"_other":"excluded","":{"a":{"_other":"included"}}}
          "selection":{"_other":"excluded","":{"_other":"excluded","a":"included"}}
          "selection":{"_other":"excluded","":{"_other":"excluded","a":{"x":"included"}}}
          "selection":{"_other":"excluded","":{"_other":"excluded","a":{"_other":"included","x":1}}}
          "tableName":"a","tableName":"a"
          "tableName":"a","table_name":"a"
          "tableName":null
          "tableName":["a"]
          "component":1
          "table":"a"
          """)
  void whatDoesNotFitExportsEverything(String fields) throws IOException {
    String body = "{\"cursor\":" + start + "," + fields + "}";
    TestClient.Answer answer = client.post("/api/document_deltas", body);
    assertThat(tables(answer)).isEqualTo("/a /b c/a c/d/a");
    assertThat(emulator.counters().ignoredSelections()).isEqualTo(1);
    restart(EmulatorOptions.defaults().withStrictSelection(true));
    assertThat(client.post("/api/document_deltas", body).code())
        .isEqualTo("EmulatorSelectionIgnored");
  }

  @Test
  void aSelectionInTheQueryIsIgnored() {
    String selection = TestClient.encode("{\"_other\":\"excluded\"}");
    assertThat(
            tables(client.get("/api/document_deltas?cursor=" + start + "&selection=" + selection)))
        .isEqualTo("/a /b c/a c/d/a");
    assertThat(
            tables(
                client.get("/api/document_deltas?cursor=" + start + "&table_name=a&table_name=b")))
        .isEqualTo("/a /b c/a c/d/a");
    assertThat(emulator.counters().ignoredSelections()).isEqualTo(2);
  }

  @Test
  void selectsColumns() {
    String selection =
        "{\"_other\":\"excluded\",\"\":{\"_other\":\"excluded\","
            + "\"a\":{\"_other\":\"excluded\",\"_id\":\"included\",\"y\":\"included\"}}}";
    JsonNode rows =
        client
            .post(
                "/api/list_snapshot",
                "{\"format\":\"export_json\",\"selection\":" + selection + "}")
            .json()
            .get("values");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).fieldNames())
        .toIterable()
        .containsExactly("_component", "_table", "_ts", "_id", "y");
    assertThat(
            client
                .post("/api/list_snapshot", "{\"selection\":" + selection.replace("_id", "x") + "}")
                .status())
        .isEqualTo(500);
  }

  @Test
  void tombstonesIgnoreColumns() {
    long inserted = emulator.head();
    emulator.commit(tx -> tx.delete(TablePath.root("a"), tx.ids(TablePath.root("a")).get(0)));
    String body =
        "{\"cursor\":"
            + inserted
            + ",\"selection\":{\"_other\":\"excluded\",\"\":{\"_other\":\"excluded\","
            + "\"a\":{\"_other\":\"included\",\"x\":\"excluded\"}}}}";
    JsonNode rows = client.post("/api/document_deltas", body).json().get("values");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).fieldNames())
        .toIterable()
        .containsExactly("_component", "_table", "_ts", "_deleted", "_id");
  }

  private static String tables(TestClient.Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    Set<String> tables = new TreeSet<>();
    answer
        .json()
        .get("values")
        .forEach(
            row -> tables.add(row.get("_component").asText() + "/" + row.get("_table").asText()));
    return String.join(" ", tables);
  }
}
