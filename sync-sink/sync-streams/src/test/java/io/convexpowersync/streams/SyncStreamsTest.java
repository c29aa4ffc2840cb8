package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SyncStreamsTest {
  private static final String TODO =
      "{\"_id\":\"t1\",\"_creationTime\":1785300010000.5,\"list_id\":\"l1\",\"title\":\"Milk\","
          + "\"done\":false,\"rank\":1.0}";

  private final SyncStreams streams = SyncStreams.load(Plans.TODO_LISTS, 7);

  @Test
  void documentGoesToTheBucketOfItsPartition() {
    Evaluation evaluation = streams.evaluate("todos", TODO, DocumentEncoding.JSON);

    RowData data = RowData.of("{\"id\":\"t1\",\"list_id\":\"l1\",\"title\":\"Milk\",\"done\":0}");
    assertThat(evaluation.buckets())
        .containsExactly(
            new BucketRow(
                "7#todos|0[\"l1\"]", "todos", "t1", data, Checksums.put("todos", "t1", data)));
    assertThat(evaluation.lookups()).isEmpty();
    assertThat(evaluation.errors()).isEmpty();
  }

  @Test
  void documentAnswersLookups() {
    Evaluation evaluation =
        streams.evaluate(
            "list_members",
            "{\"_id\":\"m1\",\"list_id\":\"l1\",\"user_id\":\"alice\"}",
            DocumentEncoding.JSON);

    assertThat(evaluation.lookups()).hasSize(1);
    assertThat(HexFormat.of().formatHex(evaluation.lookups().get(0).lookup()))
        .isEqualTo(
            "31000000046c0029000000023000070000006c6f6f6b7570000231000200000030000232000600000061"
                + "6c696365000000");
    assertThat(evaluation.lookups().get(0).bucketParameters()).isEqualTo("[{\"0\":\"l1\"}]");
  }

  @Test
  void exportMetadataIsNoPartOfTheRow() {
    String wire =
        "{\"_component\":\"\",\"_table\":\"lists\",\"_ts\":1785400500000000001,\"_deleted\":false,"
            + "\"_id\":\"l1\",\"owner_id\":\"alice\"}";

    assertThat(streams.evaluate("lists", wire, DocumentEncoding.JSON).buckets())
        .extracting(row -> row.data().text())
        .contains("{\"id\":\"l1\",\"_id\":\"l1\",\"owner_id\":\"alice\"}");
  }

  @Test
  void selectsTablesThatThePlanNames() {
    assertThat(streams.selects("todos")).isTrue();
    assertThat(streams.selects("list_members")).isTrue();
    assertThat(streams.selects("users")).isFalse();
    assertThat(streams.tablePatterns())
        .extracting(TablePattern::name)
        .containsExactly("announcements", "lists", "todos", "list_members");
  }

  @Test
  void tableThatIsNotSelectedYieldsNothing() {
    assertThat(streams.evaluate("users", "not even JSON", DocumentEncoding.JSON))
        .isEqualTo(Evaluation.NOTHING);
  }

  @Test
  void checkpointRequestsAreNeverData() {
    SyncStreams everything =
        SyncStreams.load(
            Plans.withFilter("{\"type\":\"lit_int\",\"base10\":\"1\"}")
                .replace("\"table\":\"t\"", "\"table\":\"%\""),
            1);

    assertThat(everything.selects("anything")).isTrue();
    assertThat(everything.selects("powersync_checkpoints")).isFalse();
    assertThat(
            everything.evaluate("powersync_checkpoints", "{\"_id\":\"c\"}", DocumentEncoding.JSON))
        .isEqualTo(Evaluation.NOTHING);
  }

  @Test
  void unreadableDocumentFailsEverySource() {
    for (String document :
        List.of("{\"_id\":", "[]", "{\"_id\":\"a\",\"_id\":\"b\"}", "", "{\"_id\":\"a\"} x")) {
      Evaluation evaluation = streams.evaluate("lists", document, DocumentEncoding.JSON);

      assertThat(evaluation.buckets()).isEmpty();
      assertThat(evaluation.errors())
          .as(document)
          .extracting(EvaluationError::source)
          .containsExactly("my_lists|0", "shared_lists|0");
    }
  }

  @Test
  void veryDeepDocumentIsAnErrorAndNoCrash() {
    String deep = "{\"_id\":\"a\",\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

    assertThat(streams.evaluate("lists", deep, DocumentEncoding.JSON).errors()).hasSize(2);
  }

  @Test
  void failingSourceLeavesTheOthersAlone() {
    SyncStreams byTag = SyncStreams.load(Plans.byTag(), 1);

    assertThat(byTag.evaluate("t", "{\"_id\":\"a\"}", DocumentEncoding.JSON).errors())
        .containsExactly(
            new EvaluationError("s|0", "json_each needs JSON text, not a missing column"));
    assertThat(
            byTag
                .evaluate("t", "{\"_id\":\"a\",\"tags\":[\"x\",2.0,\"x\"]}", DocumentEncoding.JSON)
                .buckets())
        .extracting(BucketRow::bucket)
        .containsExactly("1#s|0[\"x\"]", "1#s|0[2]", "1#s|0[\"x\"]");
  }

  @Test
  void evaluatesInManyThreadsAtOnce() throws Exception {
    Evaluation expected = streams.evaluate("todos", TODO, DocumentEncoding.JSON);
    Callable<Boolean> work =
        () ->
            Stream.generate(() -> streams.evaluate("todos", TODO, DocumentEncoding.LOSSLESS))
                .limit(2_000)
                .allMatch(expected::equals);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<Boolean> done : threads.invokeAll(List.of(work, work, work, work))) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
