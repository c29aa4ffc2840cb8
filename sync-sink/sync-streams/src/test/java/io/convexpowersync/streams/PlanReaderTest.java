package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is refused, what is warned about. */
class PlanReaderTest {
  private static final String TRUE = "{\"type\":\"lit_int\",\"base10\":\"1\"}";

  private static void assertRefused(String plan, String... reasons) {
    assertThatThrownBy(() -> SyncStreams.load(plan, 1))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContainingAll(reasons);
  }

  private static String function(String name, String... columns) {
    StringBuilder parameters = new StringBuilder();
    for (String column : columns) {
      parameters.append(parameters.isEmpty() ? "" : ",").append(Plans.column(column));
    }
    return "{\"type\":\"function\",\"function\":\""
        + name
        + "\",\"parameters\":["
        + parameters
        + "]}";
  }

  @Test
  void refusesWhatIsNoPlan() {
    assertRefused(null, "no sync plan");
    assertRefused("  ", "no sync plan");
    assertRefused("{", "not JSON");
    assertRefused("[]", "not a JSON object");
    assertRefused("{\"plan\":null}", "'plan'");
    assertRefused(Plans.TODO_LISTS.replace("\"buckets\"", "\"other\""), "'buckets'");
  }

  @Test
  void refusesNewerVersions() {
    String newer = Plans.withFilter(TRUE).replace("\"version\":1", "\"version\":3");

    assertRefused(newer, "version 3", "upgrade");
  }

  @Test
  void refusesTheOtherExpressionEngine() {
    String sqlite =
        Plans.withFilter(TRUE)
            .replace(
                "{\"edition\":3,\"overrides\":{}}",
                "{\"edition\":3,\"overrides\":{" + "\"unstable_sqlite_expression_engine\":true}}");

    assertRefused(sqlite, "unstable_sqlite_expression_engine");
  }

  @Test
  void refusesAConfigThatWasDeployedWithErrors() {
    String withError =
        Plans.withFilter(TRUE)
            .replace(
                "\"eventDescriptors\":{}",
                "\"errors\":[{\"level\":\"warning\",\"message\":\"w\"},"
                    + "{\"level\":\"fatal\",\"message\":\"no such column\"}]");

    assertRefused(withError, "no such column");
  }

  @Test
  void acceptsAConfigThatWasDeployedWithWarnings() {
    String withWarning =
        Plans.withFilter(TRUE)
            .replace(
                "\"eventDescriptors\":{}",
                "\"errors\":[{\"level\":\"warning\",\"message\":\"w\"}]");

    assertThat(SyncStreams.load(withWarning, 1).selects("t")).isTrue();
  }

  @Test
  void namesTheStreamOfWhatItRefuses() {
    assertRefused(Plans.withFilter(function("substr", "a")), "Stream s|0", "function 'substr'");
    assertRefused(Plans.withFilter(function("instr", "a")), "Stream s|0", "too few arguments");
    assertRefused(
        Plans.withFilter("{\"type\":\"cast\",\"operand\":" + TRUE + ",\"cast_as\":\"date\"}"),
        "Stream s|0",
        "CAST 'date'");
    assertRefused(
        Plans.withFilter(
            "{\"type\":\"binary\",\"operator\":\"^\",\"left\":"
                + TRUE
                + ",\"right\":"
                + TRUE
                + "}"),
        "operator '^'");
    assertRefused(Plans.withFilter("{\"type\":\"regex\"}"), "expression type 'regex'");
    assertRefused(
        Plans.withFilter("{\"type\":\"data\",\"source\":{\"request\":\"auth\"}}"), "unknown input");
    assertRefused(Plans.byTag().replace("json_each", "generate_series"), "generate_series");
    assertRefused(Plans.byTag().replace("\"function\":0", "\"function\":1"), "index below 1");
  }

  @Test
  void namesTheStreamThatUsesARefusedLookup() {
    String plan =
        Plans.TODO_LISTS.replaceFirst(
            "(?s)(\"output\": \\[\\s*\\{\\s*\"type\": )\"data\"", "$1\"mystery\"");

    assertRefused(plan, "Stream shared_lists, todos, lookup 0", "mystery");
  }

  @Test
  void warnsOfOperatorsThatAlwaysFail() {
    SyncStreams streams =
        SyncStreams.load(
            Plans.withColumn(
                "{\"type\":\"binary\",\"operator\":\"%\",\"left\":"
                    + TRUE
                    + ",\"right\":"
                    + TRUE
                    + "}"),
            1);

    assertThat(streams.warnings()).hasSize(1).first().asString().contains("s|0", "operator %");
    assertThat(streams.evaluate("t", "{\"_id\":\"a\"}", DocumentEncoding.JSON).errors()).hasSize(1);
  }

  @Test
  void warnsOfSchemasThatSelectNothing() {
    String plan = Plans.withFilter(TRUE).replace("\"schema\":null", "\"schema\":\"public\"");

    assertThat(SyncStreams.load(plan, 1).warnings()).first().asString().contains("schema public");
    assertThat(SyncStreams.load(plan, 1).selects("t")).isFalse();
  }

  @Test
  void warnsOfEvents() {
    String plan =
        Plans.withFilter(TRUE)
            .replace("\"eventDescriptors\":{}", "\"eventDescriptors\":{\"e\":[\"SELECT 1\"]}");

    assertThat(SyncStreams.load(plan, 1).warnings())
        .first()
        .asString()
        .contains("event_definitions");
  }

  @Test
  void hasNoWarningsOtherwise() {
    assertThat(SyncStreams.load(Plans.TODO_LISTS, 1).warnings()).isEmpty();
  }
}
