package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  private static List<String> reasons(String plan, String document) {
    return explain(plan, document).sources().get(0).reasons();
  }

  private static Explanation explain(String plan, String document) {
    return SyncStreams.load(plan, 1).explain("t", document, DocumentEncoding.JSON);
  }

  @Test
  void saysWhereADocumentGoes() {
    Explanation explanation =
        SyncStreams.load(Plans.TODO_LISTS, 7)
            .explain(
                "list_members",
                "{\"_id\":\"m1\",\"list_id\":\"l1\",\"user_id\":\"alice\"}",
                DocumentEncoding.JSON);

    assertThat(explanation.row())
        .isEqualTo("{\"_id\":\"m1\",\"list_id\":\"l1\",\"user_id\":\"alice\"}");
    assertThat(explanation.sources())
        .extracting(Explanation.Source::name)
        .containsExactly("announcements|0", "my_lists|0", "shared_lists|0", "todos|0", "lookup 0");
    assertThat(explanation.sources().get(0).reasons()).containsExactly("reads other tables");
    assertThat(explanation.sources().get(4).lookups())
        .containsExactly(
            new Explanation.Lookup("[\"lookup\",\"0\",\"alice\"]", "[{\"0\":\"l1\"}]"));
    assertThat(explanation.sources().get(4).reasons()).isEmpty();
  }

  @Test
  void bucketsAreThoseOfTheEvaluation() {
    String document = "{\"_id\":\"a\",\"tags\":[\"x\",null,\"y\"]}";
    SyncStreams streams = SyncStreams.load(Plans.byTag(), 1);

    Explanation.Source source =
        streams.explain("t", document, DocumentEncoding.JSON).sources().get(0);

    assertThat(source.buckets())
        .isEqualTo(streams.evaluate("t", document, DocumentEncoding.JSON).buckets())
        .hasSize(2);
    assertThat(source.reasons())
        .containsExactly("the bucket or lookup key json_each.value is null");
  }

  @Test
  void saysWhichFilterKeepsADocumentOut() {
    String filter =
        "{\"type\":\"binary\",\"operator\":\"=\",\"left\":"
            + Plans.column("kind")
            + ",\"right\":{\"type\":\"lit_string\",\"value\":\"it's\"}}";

    assertThat(reasons(Plans.withFilter(filter), "{\"_id\":\"a\",\"kind\":\"other\"}"))
        .containsExactly("filter (kind = 'it''s') is 0");
    assertThat(reasons(Plans.withFilter(filter), "{\"_id\":\"a\"}"))
        .containsExactly("filter (kind = 'it''s') is null");
  }

  @Test
  void saysThatAnArrayIsEmptyOrMissing() {
    assertThat(reasons(Plans.byTag(), "{\"_id\":\"a\",\"tags\":[]}"))
        .containsExactly("json_each(tags) has no rows");
    assertThat(reasons(Plans.byTag(), "{\"_id\":\"a\"}"))
        .containsExactly("fails: json_each needs JSON text, not a missing column");
  }

  @Test
  void saysThatAPartitionIsMissing() {
    Explanation explanation =
        SyncStreams.load(Plans.TODO_LISTS, 1)
            .explain("todos", "{\"_id\":\"t1\"}", DocumentEncoding.JSON);

    assertThat(explanation.sources().get(3).reasons())
        .containsExactly("the bucket or lookup key list_id is missing");
  }

  @Test
  void saysThatADocumentCannotBeRead() {
    Explanation explanation = explain(Plans.byTag(), "{\"_id\":");

    assertThat(explanation.row()).isEmpty();
    assertThat(explanation.sources().get(0).reasons())
        .singleElement()
        .asString()
        .startsWith("fails: Not valid JSON");
  }

  @Test
  void saysThatCheckpointRequestsAreNoData() {
    String plan = Plans.byTag().replace("\"table\":\"t\"", "\"table\":\"%\"");

    assertThat(
            SyncStreams.load(plan, 1)
                .explain("powersync_checkpoints", "{\"_id\":\"a\"}", DocumentEncoding.JSON)
                .sources()
                .get(0)
                .reasons())
        .containsExactly("the table holds requests, not data");
  }
}
