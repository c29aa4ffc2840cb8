package io.convexpowersync.client;

import static io.convexpowersync.client.Calls.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexException.Kind;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.ConvexFunctionException;
import io.convexpowersync.emulator.ConvexValue;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.EmulatorRequest;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.FunctionKind;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgainstTheEmulatorTest {
  private static final TablePath TASKS = TablePath.root("tasks");
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath ENTRIES = new TablePath("waitlist", "tasks");
  private static final String EVERY_KIND =
      """
      {"Upper": 1, "int": 9007199254740993, "least": -9223372036854775808, "float": 42.0,
       "tiny": 5e-324, "negativeZero": -0.0, "none": null, "yes": true,
       "text": "a \\"b\\" \\\\ \\n \\u0001 \\u00e4 \\ud83d\\ude00",
       "bytes": {"$bytes": "AAH/"}, "infinite": {"$float": "AAAAAAAA8H8="},
       "deep": [{"_table": "x", "with space": [[], {}, [1, 2.5]]}]}
      """;

  private ConvexEmulator emulator;
  private HttpConvexDeployment deployment;

  @BeforeEach
  void start() throws IOException {
    emulator =
        ConvexEmulator.start(
            EmulatorOptions.defaults()
                .withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(7, 5))
                .withStrictSelection(true));
    deployment = deployment(emulator.adminKey());
  }

  @AfterEach
  void stop() {
    deployment.close();
    emulator.close();
  }

  @Test
  void walksTablesOfAllComponentsAsTheyWereAtTheSnapshot() {
    fill();
    emulator.createTable(TablePath.root("empty"));
    long pin = deployment.headTimestamp();
    emulator.commit(t -> t.insert(TASKS, "{\"late\": true}"));

    assertThat(walk(pin, Selection.EVERYTHING)).isEqualTo(stateAt(pin, ValueFormat.EXPORT_JSON));
    assertThat(pin).isLessThan(emulator.head());
  }

  @Test
  void walksOnlyTheSelectedTables() {
    fill();
    long pin = deployment.headTimestamp();

    Map<TableRef, Map<String, String>> walked =
        walk(pin, new Selection(List.of(ref(ENTRIES), ref(USERS), ref(TablePath.root("gone")))));

    Map<TableRef, Map<String, String>> expected = stateAt(pin, ValueFormat.EXPORT_JSON);
    expected.keySet().retainAll(List.of(ref(ENTRIES), ref(USERS)));
    assertThat(walked).isEqualTo(expected).hasSize(2);
    assertThat(emulator.counters().ignoredSelections()).isZero();
  }

  @Test
  void leavesOutExcludedColumnsOfSnapshotAndLog() {
    long before = deployment.headTimestamp();
    emulator.commit(t -> t.insert(TASKS, "{\"title\": \"a\", \"secret\": 1}"));
    emulator.commit(t -> t.insert(USERS, "{\"secret\": 2}"));
    Selection selection = Selection.EVERYTHING.without(Map.of(ref(TASKS), Set.of("secret")));

    Map<TableRef, Map<String, String>> walked = walk(deployment.headTimestamp(), selection);

    assertThat(walked.get(ref(TASKS)).values()).allMatch(json -> !json.contains("secret"));
    assertThat(walked.get(ref(USERS)).values()).allMatch(json -> json.contains("secret"));
    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(before, selection)) {
      assertThat(page.next().json()).contains("title").doesNotContain("secret");
      assertThat(page.next().json()).contains("secret");
    }
    assertThat(emulator.counters().ignoredSelections()).isZero();
  }

  @Test
  void readsTheTaggedEncodingFromABackendThatKnowsNoOther() {
    emulator.faults(
        request ->
            body(request).contains("\"export_json\"") ? Fault.error(400, "BadFormat") : Fault.NONE);
    fill();
    long pin = deployment.headTimestamp();

    assertThat(walk(pin, Selection.EVERYTHING))
        .isEqualTo(stateAt(pin, ValueFormat.CONVEX_ENCODED_JSON));
  }

  @Test
  void followsTheLogFromASnapshotToTheHead() {
    fill();
    long pin = deployment.headTimestamp();
    Map<TableRef, Map<String, String>> state = walk(pin, Selection.EVERYTHING);
    change();

    long cursor = pin;
    boolean more = true;
    while (more) {
      DeltaPageEnd end = apply(cursor, state);
      assertThat(end.cursor()).isGreaterThanOrEqualTo(cursor);
      cursor = end.cursor();
      more = end.hasMore();
    }

    assertThat(cursor).isEqualTo(emulator.head());
    assertThat(state).isEqualTo(stateAt(cursor, ValueFormat.EXPORT_JSON));
  }

  @Test
  void givesEmptyPagesWithMoreBehindThem() {
    emulator.commit(t -> t.insert(TASKS, "{}"));
    long before = deployment.headTimestamp();
    emulator.commitSystemRows(3);
    emulator.commitSystemRows(3);
    emulator.commit(t -> t.insert(TASKS, "{}"));

    try (DocumentReader<DeltaPageEnd> page =
        deployment.documentDeltas(before, new Selection(List.of(ref(TASKS))))) {
      assertThat(page.next()).isNull();
      assertThat(page.end().hasMore()).isTrue();
      assertThat(page.end().cursor()).isGreaterThan(before);
    }
  }

  @Test
  void listsTables() {
    fill();

    assertThat(deployment.tables())
        .extracting(TableColumns::table)
        .containsExactlyInAnyOrder(ref(TASKS), ref(USERS), ref(ENTRIES));
  }

  @Test
  void tellsLostPositions() {
    fill();
    long head = deployment.headTimestamp();
    emulator.expireBefore(head);

    ConvexException expired = failure(() -> readDeltas(head - 1_000_000_000L));
    ConvexException tooNew = failure(() -> walk(head + 1_000_000_000L, Selection.EVERYTHING));
    ConvexException badCursor =
        failure(() -> deployment.listSnapshot(head, Optional.of("x"), Selection.EVERYTHING));

    assertThat(expired.code()).contains("InvalidWindowToReadDocuments");
    assertThat(tooNew.code()).contains("SnapshotTooNew");
    assertThat(badCursor.code()).contains("InvalidListSnapshotCursor");
    assertThat(List.of(expired, tooNew, badCursor))
        .extracting(ConvexException::kind)
        .containsOnly(Kind.POSITION_LOST);
  }

  @Test
  void checksTheConnection() {
    assertThat(deployment.checkConnection()).isEqualTo(emulator.instanceName());
    assertThat(checkFailure("other-otter-1|01ab"))
        .hasMessageContaining("'other-otter-1'")
        .hasMessageContaining("'" + emulator.instanceName() + "'");
    assertThat(checkFailure(emulator.keyWithoutDataView()).code())
        .contains("OperationNotPermitted");
    emulator.switches().exportEnabled(false);
    assertThat(checkFailure(emulator.adminKey()).code()).contains("StreamingExportNotEnabled");
  }

  private ConvexException checkFailure(String key) {
    try (HttpConvexDeployment other = deployment(key)) {
      ConvexException e = failure(other::checkConnection);
      assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
      return e;
    }
  }

  @Test
  void callsFunctions() {
    emulator.register(FunctionKind.QUERY, "a:twice", (t, args) -> args.get("n"));
    emulator.register(
        FunctionKind.MUTATION,
        "a:refuse",
        (t, args) -> {
          throw new ConvexFunctionException("no", ConvexValue.of(7.0));
        });
    long before = deployment.headTimestamp();

    assertThat(deployment.mutation("powersync_checkpoints:createCheckpoint", "{}"))
        .isEqualTo(new FunctionResult.Success("null"));
    assertThat(deployment.headTimestamp()).isGreaterThan(before);
    assertThat(deployment.query("a:twice", "{\"n\":3}"))
        .isEqualTo(new FunctionResult.Success("3.0"));
    assertThat(deployment.mutation("a:refuse", "{}"))
        .isInstanceOfSatisfying(
            FunctionResult.Failure.class, f -> assertThat(f.dataJson()).contains("7.0"));
    assertThat(deployment.mutation("a:missing", "{}")).isInstanceOf(FunctionResult.Failure.class);
    emulator.switches().functionsPaused(true);
    assertThat(deployment.query("a:twice", "{\"n\":3}")).isInstanceOf(FunctionResult.Failure.class);
  }

  @Test
  void recoversFromACutPageWithTheSameRequest() {
    fill();
    long pin = deployment.headTimestamp();
    AtomicBoolean cut = new AtomicBoolean(true);
    emulator.faults(
        request ->
            request.path().equals("/api/list_snapshot") && cut.getAndSet(false)
                ? Fault.cutBody(40)
                : Fault.NONE);

    assertThat(failure(() -> walk(pin, Selection.EVERYTHING)).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(walk(pin, Selection.EVERYTHING)).isEqualTo(stateAt(pin, ValueFormat.EXPORT_JSON));
  }

  private HttpConvexDeployment deployment(String key) {
    return new HttpConvexDeployment(ConvexClientConfig.of(emulator.url(), key, "0.1.0"));
  }

  private void fill() {
    for (int i = 0; i < 20; i++) {
      String number = "{\"n\": " + i + "}";
      emulator.commit(t -> t.insert(TASKS, number));
    }
    emulator.commit(t -> t.insert(USERS, EVERY_KIND));
    emulator.commit(t -> t.insert(ENTRIES, "{\"in\": \"component\"}"));
  }

  private void change() {
    emulator.commit(
        t -> {
          List<String> ids = t.ids(TASKS);
          ids.subList(0, 12).forEach(id -> t.delete(TASKS, id));
          t.replace(TASKS, ids.get(13), EVERY_KIND);
          t.insert(ENTRIES, "{\"n\": 1}");
        });
    emulator.commit(t -> t.delete(USERS, t.insert(USERS, "{}")));
    emulator.bumpHead();
  }

  private Map<TableRef, Map<String, String>> walk(long pin, Selection selection) {
    Map<TableRef, Map<String, String>> walked = new HashMap<>();
    Optional<String> cursor = Optional.empty();
    do {
      try (DocumentReader<SnapshotPageEnd> page = deployment.listSnapshot(pin, cursor, selection)) {
        for (ConvexDocument row : Pages.readAll(page)) {
          String before =
              walked.computeIfAbsent(row.table(), t -> new HashMap<>()).put(row.id(), row.json());
          assertThat(before).isNull();
          assertThat(row.commitTs()).isLessThanOrEqualTo(pin);
        }
        cursor = page.end().cursor();
      }
    } while (cursor.isPresent());
    return walked;
  }

  private DeltaPageEnd apply(long cursor, Map<TableRef, Map<String, String>> state) {
    try (DocumentReader<DeltaPageEnd> page =
        deployment.documentDeltas(cursor, Selection.EVERYTHING)) {
      for (ConvexDocument row : Pages.readAll(page)) {
        assertThat(row.commitTs()).isGreaterThan(cursor);
        Map<String, String> table = state.computeIfAbsent(row.table(), t -> new HashMap<>());
        if (row.deleted()) {
          table.remove(row.id());
        } else {
          table.put(row.id(), row.json());
        }
      }
      return page.end();
    }
  }

  private void readDeltas(long cursor) {
    try (DocumentReader<DeltaPageEnd> page =
        deployment.documentDeltas(cursor, Selection.EVERYTHING)) {
      Pages.readAll(page);
    }
  }

  private Map<TableRef, Map<String, String>> stateAt(long ts, ValueFormat format) {
    Map<TableRef, Map<String, String>> state = new HashMap<>();
    emulator
        .stateAt(ts)
        .forEach(
            format,
            (table, id, json) ->
                state.computeIfAbsent(ref(table), t -> new HashMap<>()).put(id, json));
    return state;
  }

  private static TableRef ref(TablePath table) {
    return new TableRef(table.component(), table.table());
  }

  private static String body(EmulatorRequest request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }
}
