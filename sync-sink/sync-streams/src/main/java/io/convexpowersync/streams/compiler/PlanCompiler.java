package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.config.Options;
import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.config.SyncConfigFile;
import io.convexpowersync.streams.config.SyncConfigFile.CommonTable;
import java.util.Map;

/** Compiles a sync config of edition 3. */
public final class PlanCompiler {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Problems problems;

  private PlanCompiler(Problems problems) {
    this.problems = problems;
  }

  /**
   * @param problems gets what is wrong; the result is only fit to run when nothing fatal is
   * @return what the Service stores as {@code sync_plan}
   */
  public static ObjectNode compile(SyncConfigFile config, Problems problems) {
    return new PlanCompiler(problems).compile(config);
  }

  private ObjectNode compile(SyncConfigFile config) {
    CommonTables global = commonTables(config.commonTables(), CommonTables.NONE);
    PlanWriter writer = new PlanWriter();
    for (SyncConfigFile.Stream stream : config.streams()) {
      CommonTables own = commonTables(stream.commonTables(), global);
      compile(stream, own, writer);
      warnOfUnused(own);
    }
    warnOfUnused(global);
    ObjectNode envelope = JSON.objectNode();
    envelope.set("plan", writer.plan());
    envelope.set("compatibility", compatibility(config.options()));
    envelope.set("eventDescriptors", events(config));
    return envelope;
  }

  private void compile(SyncConfigFile.Stream stream, CommonTables tables, PlanWriter writer) {
    int buckets = writer.add(stream, new StreamCompiler(stream, tables, problems).compile());
    if (buckets > PlanWriter.MAX_BUCKETS) {
      problems.fatal(
          Category.SQL_DEPENDENCIES,
          stream.queries().get(0).whole(),
          "This stream defines too many buckets ("
              + buckets
              + ", at most "
              + PlanWriter.MAX_BUCKETS
              + " are allowed). Split its queries into several streams");
    }
  }

  private CommonTables commonTables(Map<String, CommonTable> tables, CommonTables outer) {
    CommonTables all = new CommonTables(outer);
    tables.forEach(
        (name, table) ->
            SelectLowering.parse(table.query(), problems)
                .ifPresent(select -> validate(all.add(name, table, select))));
    return all;
  }

  /** Reports what is wrong with a common table, once. */
  private void validate(CommonTables.Entry entry) {
    Query.Places places = new Query.Places(entry.text().whole());
    new SelectLowering(problems, CommonTables.NONE, places)
        .derived(entry.select(), new SqlScope(null, entry.text(), problems));
  }

  private void warnOfUnused(CommonTables tables) {
    for (CommonTables.Entry entry : tables.unused()) {
      problems.warning(
          Category.LINT, entry.nameSpan(), "This common table expression isn't referenced");
    }
  }

  private static ObjectNode compatibility(Options options) {
    ObjectNode node = JSON.objectNode().put("edition", options.edition());
    ObjectNode overrides = node.putObject("overrides");
    options.overrides().forEach(overrides::put);
    options.timestampDigits().ifPresent(digits -> node.put("maxTimeValuePrecision", digits));
    return node;
  }

  private static ObjectNode events(SyncConfigFile config) {
    ObjectNode events = JSON.objectNode();
    config
        .events()
        .forEach(
            (name, payloads) -> {
              ArrayNode queries = events.putArray(name);
              payloads.stream().map(SqlText::sql).forEach(queries::add);
            });
    return events;
  }
}
