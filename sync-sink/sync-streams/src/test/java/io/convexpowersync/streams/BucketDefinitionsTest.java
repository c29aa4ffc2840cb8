package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the vectors do not show of bucket definitions. */
class BucketDefinitionsTest {
  private static final String DOCUMENT = "{\"_id\":\"a\",\"owner\":\"u\",\"tags\":[\"x\",\"y\"]}";

  private static String yaml(String parameters, String data) {
    return """
    bucket_definitions:
      b:
        parameters: "%s"
        data:
          - "%s"
    """
        .formatted(parameters, data);
  }

  private static List<String> buckets(String data) {
    CompiledSyncConfig config =
        CompiledSyncConfig.of("test", yaml("SELECT request.user_id() AS u", data));
    return config.load(7).evaluate("t", DOCUMENT, DocumentEncoding.JSON).buckets().stream()
        .map(BucketRow::bucket)
        .toList();
  }

  @Test
  void bucketsBeginWithTheReplicationStreamAndTheDefinition() {
    assertThat(buckets("SELECT _id AS id FROM t WHERE owner = bucket.u"))
        .containsOnly("7#b[\"u\"]");
  }

  @Test
  void theServiceStoresNoPlanOfThem() {
    assertThat(
            CompiledSyncConfig.of(
                    "test",
                    yaml(
                        "SELECT request.user_id() AS u",
                        "SELECT _id AS id FROM t WHERE owner = bucket.u"))
                .plan())
        .isEmpty();
  }

  @Test
  void aTextAndTheNumberItLooksLikeAreTheSameValueOfAParameter() {
    assertThat(buckets("SELECT _id AS id FROM t WHERE '7' = bucket.u AND 7 = bucket.u"))
        .containsOnly("7#b[7]");
    assertThat(buckets("SELECT _id AS id FROM t WHERE '0x7' = bucket.u AND 7 = bucket.u"))
        .containsOnly("7#b[7]");
    assertThat(buckets("SELECT _id AS id FROM t WHERE '7.0' = bucket.u AND 7 = bucket.u"))
        .containsOnly("7#b[\"7.0\"]");
    assertThat(buckets("SELECT _id AS id FROM t WHERE ' 7.5 ' = bucket.u AND 7.5 = bucket.u"))
        .containsOnly("7#b[7.5]");
    assertThat(buckets("SELECT _id AS id FROM t WHERE '' = bucket.u AND 0 = bucket.u"))
        .containsOnly("7#b[0]");
    assertThat(
            buckets(
                "SELECT _id AS id FROM t WHERE 'x,y' = bucket.u AND bucket.u IN '[[\\\"x\\\",\\\"y\\\"],{}]'"))
        .containsExactly("7#b[[\"x\",\"y\"]]", "7#b[\"x,y\"]");
    assertThat(buckets("SELECT _id AS id FROM t WHERE 1 = bucket.u AND bucket.u IN '[true,null]'"))
        .containsExactly("7#b[true]", "7#b[1]");
  }

  @Test
  void aRowThatMatchesTooOftenIsAnErrorOfThatRow() {
    String either = "(owner = bucket.u OR _id = bucket.u)";
    String data = "SELECT _id AS id FROM t WHERE " + String.join(" AND ", List.of(either, either));
    assertThat(buckets(data)).hasSize(4);

    String hostile = "SELECT _id AS id FROM t WHERE " + (either + " AND ").repeat(60) + "1 = 1";
    Evaluation evaluation =
        CompiledSyncConfig.of("test", yaml("SELECT request.user_id() AS u", hostile))
            .load(7)
            .evaluate("t", DOCUMENT, DocumentEncoding.JSON);
    assertThat(evaluation.buckets()).isEmpty();
    assertThat(evaluation.errors()).hasSize(1);
    assertThat(evaluation.errors().get(0).message()).contains("write fewer ORs");
  }

  @Test
  void warnsOfASchemaThatConvexDoesNotHave() {
    SyncStreams streams =
        CompiledSyncConfig.of(
                "test",
                yaml(
                    "SELECT _id AS u FROM public.users WHERE _id = request.user_id()",
                    "SELECT _id AS id FROM t WHERE owner = bucket.u"))
            .load(1);
    assertThat(streams.warnings())
        .containsExactly(
            "Bucket definition b, parameter query 1: schema public selects nothing, Convex tables"
                + " are in schema convex");
  }

  @Test
  void longConditionsRun() {
    assertThat(
            buckets(
                "SELECT _id AS id FROM t WHERE owner = bucket.u"
                    + " OR owner = bucket.u".repeat(250)))
        .hasSize(251);
  }

  @Test
  void hostileTextsAreRefusedWithAClearError() {
    String deep = "SELECT _id AS id FROM t WHERE " + "(".repeat(10_000);
    String wide = "SELECT _id AS id FROM t WHERE a = 1" + " OR a = 1".repeat(10_000);
    for (String data : List.of(deep, wide)) {
      SyncConfigCompiler.Result result =
          SyncConfigCompiler.compile(yaml("SELECT request.user_id() AS u", data));
      assertThat(result.isAccepted()).isFalse();
    }
  }

  @Test
  void namesWithUpperCaseLettersThatAreNotQuotedAreWarnedOf() {
    SyncConfigCompiler.Result result =
        SyncConfigCompiler.compile(
            yaml(
                "SELECT request.user_id() AS u",
                "SELECT _id AS id FROM t WHERE ownerId = bucket.u"));
    assertThat(result.isAccepted()).isTrue();
    assertThat(result.problems()).hasSize(1);
    assertThat(result.problems().get(0).message()).contains("\"ownerId\"");
  }

  @Test
  void saysWhyADocumentIsInNoBucket() {
    SyncStreams streams =
        CompiledSyncConfig.of(
                "test",
                yaml(
                    "SELECT _id AS u FROM users WHERE tags = request.user_id()",
                    "SELECT _id AS id FROM t WHERE none = bucket.u AND owner = 'other'"))
            .load(1);
    assertThat(reasons(streams, "t", DOCUMENT))
        .containsExactly("bucket.u = none is missing", "filter (owner = 'other') is 0");
    assertThat(reasons(streams, "users", "{\"_id\":\"a\"}"))
        .containsExactly("request.user_id() = tags is missing");
  }

  private static List<String> reasons(SyncStreams streams, String table, String document) {
    return streams.explain(table, document, DocumentEncoding.JSON).sources().stream()
        .filter(source -> source.table().matches(table))
        .flatMap(source -> source.reasons().stream())
        .toList();
  }

  @Test
  void aSelectListThatNamesTheTableIsNotSharedByPatterns() {
    SyncStreams streams =
        CompiledSyncConfig.of(
                "test",
                """
                bucket_definitions:
                  b:
                    data:
                      - SELECT _id AS id, _table_suffix AS v FROM "a%" AS x
                      - SELECT _id AS id, _table_suffix AS v FROM "ab%" AS x
                """)
            .load(1);
    assertThat(streams.evaluate("abc", DOCUMENT, DocumentEncoding.JSON).buckets())
        .extracting(row -> row.data().text())
        .containsExactly("{\"id\":\"a\",\"v\":\"bc\"}", "{\"id\":\"a\",\"v\":\"c\"}");
  }
}
