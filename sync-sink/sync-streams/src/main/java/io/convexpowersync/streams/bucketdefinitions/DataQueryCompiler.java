package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;
import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.ConstantExpressions;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlFrom;
import io.convexpowersync.streams.sql.SqlSelect;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Compiles a data query: to which buckets its rows belong, and what they look like there. */
final class DataQueryCompiler {
  private static final String ID = "id";

  private final QueryText query;
  private final ConstantExpressions constants;

  /** The names of the bucket's parameters, in the order of its names. */
  private final List<String> parameters;

  private DataQueryCompiler(
      QueryText query, ConstantExpressions constants, List<String> parameters) {
    this.query = query;
    this.constants = constants;
    this.parameters = parameters;
  }

  /**
   * @param parameters with the prefix {@code bucket.}
   * @return a data source as plans have it
   */
  static Optional<ObjectNode> compile(
      QueryText text, ConstantExpressions constants, List<String> parameters) {
    return Selects.reporting(
        text,
        query ->
            Selects.compile(query, new DataQueryCompiler(query, constants, parameters)::compile));
  }

  /**
   * Checks a payload query of an event, which is one without parameters whose condition does not
   * count.
   */
  static void checkPayload(QueryText text, ConstantExpressions constants) {
    Selects.reporting(
        text,
        query ->
            Selects.compile(
                query, new DataQueryCompiler(query, constants, List.of())::checkPayload));
  }

  private Optional<ObjectNode> checkPayload(SqlSelect select) {
    Optional<SqlFrom.Table> table = Selects.onlyTable(select, query);
    if (table.isPresent()) {
      ObjectNode source = PlanNodes.object();
      source.set("table", Selects.table(table.get()));
      Selects.refuseClauses(select, query);
      columns(select, new TableScope(table.get(), false, query), query);
    }
    return Optional.empty();
  }

  private Optional<ObjectNode> compile(SqlSelect select) {
    return Selects.onlyTable(select, query).map(table -> compile(select, table));
  }

  private ObjectNode compile(SqlSelect select, SqlFrom.Table table) {
    ObjectNode source = PlanNodes.object();
    source.set("table", Selects.table(table));
    table
        .alias()
        .name()
        .or(() -> Optional.of(table.name()).filter(name -> !name.endsWith("%")))
        .ifPresent(name -> source.put("outputTableName", name));
    Selects.checkLetterCase(table, query);
    Selects.refuseClauses(select, query);
    QueryText inCondition = query.apart();
    QueryText inColumns = query.apart();
    Clause condition =
        select
            .where()
            .map(
                where ->
                    new ClauseCompiler(
                            inCondition, new TableScope(table, true, inCondition), constants)
                        .compile(where))
            .orElseGet(() -> new Clause.Constant(PlanNodes.integer("1"), "1"));
    if (condition != Clause.Wrong.REPORTED) {
      Clause.Match match = Conditions.match(condition);
      checkParameters(match.inputs(), select.span());
      source.set("condition", match.condition());
    }
    source.set("columns", columns(select, new TableScope(table, true, inColumns), inColumns));
    checkId(select, source.path("columns"));
    query.addAll(inCondition);
    query.addAll(inColumns);
    ArrayNode names = source.putArray("parameters");
    parameters.forEach(names::add);
    return source;
  }

  private void checkParameters(Set<Clause.Input> inputs, Span place) {
    Set<String> used = new HashSet<>();
    inputs.forEach(input -> used.add(input.key()));
    if (used.size() != parameters.size() || !used.containsAll(parameters)) {
      query.problem(
          SQL_SHAPE,
          place,
          "Query must cover all bucket parameters, in every case and only these. Expected: "
              + parameters
              + ", it has: "
              + used);
    }
  }

  /** Columns that are wrong are left out. */
  private ArrayNode columns(SqlSelect select, QueryScope scope, QueryText problems) {
    ArrayNode columns = PlanNodes.list();
    ClauseCompiler clauses = new ClauseCompiler(problems, scope, constants);
    for (SqlSelect.Item item : select.items()) {
      if (Selects.isStar(item)) {
        columns.add("public_star");
        continue;
      }
      String name = Selects.name(item, problems);
      Clause clause = clauses.compile(item.expression());
      if (clause instanceof Clause.OfRow || clause instanceof Clause.Constant) {
        columns.addObject().put("alias", name).set("expr", Composition.expression(clause));
      } else if (clause != Clause.Wrong.REPORTED) {
        problems.problem(
            SQL_DEPENDENCIES,
            item.expression().span(),
            "Parameter match expression is not allowed here: select columns of the table");
      }
    }
    return columns;
  }

  private void checkId(SqlSelect select, JsonNode columns) {
    for (JsonNode column : columns) {
      if (column.isTextual() || column.path("alias").asText().equals(ID)) {
        return;
      }
    }
    String message = "Query must return an \"id\" column: add _id AS id";
    if (select.items().isEmpty()) {
      query.problem(SQL_SHAPE, message);
    } else {
      query.problem(SQL_SHAPE, span(select.items().get(0)), message);
    }
  }

  /** With the alias where AS is before it. */
  private Span span(SqlSelect.Item item) {
    Span expression = item.expression().span();
    return item.alias()
        .map(SqlSelect.Name::span)
        .filter(
            alias ->
                new Span(expression.end(), alias.start())
                    .in(query.text().sql())
                    .toLowerCase(Locale.ROOT)
                    .contains("as"))
        .map(alias -> Span.between(expression, alias))
        .orElse(expression);
  }
}
