package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.LINT;
import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;
import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.ConstantExpressions;
import io.convexpowersync.streams.config.SyncConfigFile;
import io.convexpowersync.streams.config.SyncConfigFile.BucketDefinition;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlFrom;
import io.convexpowersync.streams.sql.SqlSelect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles a parameter query. Only one that reads a table gives something that is stored; the
 * others are evaluated by the Service for each client, and are only checked here.
 */
final class ParameterQueryCompiler {
  private static final String PRIORITY = "_priority";
  private static final int LOWEST_PRIORITY = 3;

  private final QueryText query;
  private final ConstantExpressions constants;
  private final BucketDefinition definition;
  private final List<String> names = new ArrayList<>();
  private final ArrayNode outputs = PlanNodes.list();
  private final Querier querier;
  private boolean hasPriority;

  private ParameterQueryCompiler(
      QueryText query, ConstantExpressions constants, BucketDefinition definition) {
    this.query = query;
    this.constants = constants;
    this.definition = definition;
    this.hasPriority = definition.priority() != null;
    this.querier =
        new Querier(hasPriority ? definition.priority() : SyncConfigFile.DEFAULT_PRIORITY);
  }

  /**
   * A query that was compiled.
   *
   * @param names of the parameters that it gives, in order
   * @param lookup a parameter index as plans have it, without its scope; empty when the query reads
   *     no table
   * @param querier how the Service asks it
   */
  record Result(List<String> names, Optional<ObjectNode> lookup, Querier querier) {}

  static Optional<Result> compile(
      QueryText text, ConstantExpressions constants, BucketDefinition definition) {
    return Selects.reporting(
        text,
        query ->
            Selects.compile(
                query, new ParameterQueryCompiler(query, constants, definition)::compile));
  }

  private Optional<Result> compile(SqlSelect select) {
    if (select.from().isEmpty()) {
      checkStatic(select);
      return Optional.of(result(Optional.empty()));
    }
    SqlFrom from = select.from().get(0);
    if (select.from().size() > 1) {
      query.problem(
          SQL_SHAPE,
          Selects.nameSpan(from),
          "Must SELECT from a single table: parameter queries have no joins, Sync Streams have");
      return Optional.empty();
    }
    if (from instanceof SqlFrom.Table table) {
      return Optional.of(result(Optional.of(lookup(select, table))));
    }
    if (from instanceof SqlFrom.Function function) {
      return checkFunction(select, function);
    }
    query.problem(SQL_UNSUPPORTED, from.span(), "Subqueries are not supported yet");
    return Optional.empty();
  }

  private Result result(Optional<ObjectNode> lookup) {
    return new Result(names, lookup, querier);
  }

  private void checkStatic(SqlSelect select) {
    Selects.refuseClauses(select, query);
    QueryText later = query.apart();
    RequestScope scope = new RequestScope(null, false, later, constants);
    ClauseCompiler clauses = new ClauseCompiler(later, scope, constants);
    select.where().ifPresent(where -> querier.requires(check(where, clauses)));
    scope.forgetToken();
    for (SqlSelect.Item item : select.items()) {
      String name = name(item);
      if (name.equals(PRIORITY)) {
        checkPriority(item);
      } else {
        querier.gives(check(item.expression(), clauses));
        names.add(name);
      }
    }
    query.addAll(later);
    warnOfTrust(scope);
  }

  private Optional<Result> checkFunction(SqlSelect select, SqlFrom.Function function) {
    SqlExpression.Call call = function.call();
    if (!call.function().name().equals("json_each")) {
      query.problem(
          SQL_REFERENCE,
          call.span(),
          "Table-valued function "
              + call.function().name()
              + " is not defined: there is json_each");
      return Optional.empty();
    }
    Selects.refuseClauses(select, query);
    String source = function.alias().name().orElse(call.function().name());
    RequestScope scope = new RequestScope(source, false, query, constants);
    ClauseCompiler clauses = new ClauseCompiler(query, scope, constants);
    select.where().ifPresent(where -> querier.requires(check(where, clauses)));
    scope.forgetToken();
    call.arguments().forEach(argument -> check(argument, clauses));
    for (SqlSelect.Item item : select.items()) {
      String name = name(item);
      if (name.equals(PRIORITY)) {
        checkPriority(item);
      }
      names.add(name);
      querier.gives(check(item.expression(), clauses));
    }
    warnOfTrust(scope);
    return Optional.of(result(Optional.empty()));
  }

  /** Without a table, everything is of the request, or constant. */
  private Clause check(SqlExpression expression, ClauseCompiler clauses) {
    Clause clause = clauses.compile(expression);
    if (clause instanceof Clause.OfRow || clause instanceof Clause.Match) {
      refuseOfRow(expression);
      return Clause.Wrong.REPORTED;
    }
    return clause;
  }

  private void refuseOfRow(SqlExpression expression) {
    query.problem(
        SQL_DEPENDENCIES,
        expression.span(),
        "Parameter match expression is not allowed here: write a column or a value of the request"
            + " as it is");
  }

  private ObjectNode lookup(SqlSelect select, SqlFrom.Table table) {
    ObjectNode lookup = PlanNodes.object();
    lookup.set("table", Selects.table(table));
    Selects.checkLetterCase(table, query);
    Selects.refuseClauses(select, query);
    if (!table.alias().name().orElse(table.name()).equals(table.name())) {
      query.problem(
          SQL_UNSUPPORTED,
          table.nameSpan(),
          "Table aliases not supported in parameter queries: use the table's name");
    }
    RequestScope scope = new RequestScope(table.name(), true, query, constants);
    ClauseCompiler clauses = new ClauseCompiler(query, scope, constants);
    Clause condition =
        select
            .where()
            .map(clauses::compile)
            .orElseGet(() -> new Clause.Constant(PlanNodes.integer("1"), "1"));
    for (SqlSelect.Item item : select.items()) {
      String name = name(item);
      if (name.equals(PRIORITY)) {
        checkPriority(item);
      } else {
        names.add(name);
        Clause output = clauses.compile(item.expression());
        addOutput(name, item.expression(), output);
        querier.gives(output);
      }
    }
    querier.asksTable();
    if (condition != Clause.Wrong.REPORTED) {
      Clause.Match match = Conditions.match(condition);
      addCondition(match, lookup);
      querier.requires(match);
    }
    lookup.set("output", outputs);
    warnOfTrust(scope);
    return lookup;
  }

  private String name(SqlSelect.Item item) {
    if (Selects.isStar(item)) {
      throw new UnusableQueryException(
          SQL_UNSUPPORTED,
          item.expression().span(),
          "* is not supported here - use explicit columns");
    }
    return Selects.name(item, query);
  }

  /** What does not come from the row is added by the Service when a client asks. */
  private void addOutput(String name, SqlExpression expression, Clause clause) {
    if (clause instanceof Clause.OfRow column && column.isColumn()) {
      outputs.addObject().put("alias", name).set("expr", column.expression());
    } else if (clause instanceof Clause.OfRow || clause instanceof Clause.Match) {
      refuseOfRow(expression);
    }
  }

  private void addCondition(Clause.Match match, ObjectNode lookup) {
    ArrayNode inputs = lookup.putArray("inputs");
    match.inputs().forEach(input -> inputs.add(input.key()));
    lookup.set("condition", match.condition());
    if (match.inputs().stream().filter(Clause.Input::expands).count() > 1) {
      query.problem(
          SQL_DEPENDENCIES,
          "Cannot have multiple array input parameters: split the query, or use Sync Streams");
    }
  }

  private void checkPriority(SqlSelect.Item item) {
    if (hasPriority) {
      query.problem(SQL_SHAPE, "Cannot set priority multiple times.");
      return;
    }
    hasPriority = true;
    if (!(item.expression() instanceof SqlExpression.Literal literal)
        || literal.kind() != SqlExpression.LiteralKind.INTEGER) {
      query.problem(
          SQL_SHAPE, item.expression().span(), "Priority must be a simple integer literal");
    } else if (Double.parseDouble(literal.text()) < 0
        || Double.parseDouble(literal.text()) > LOWEST_PRIORITY) {
      query.problem(
          SQL_SHAPE,
          item.expression().span(),
          "Invalid value for priority, must be between 0 and 3 (inclusive)");
    } else {
      querier.setPriority((int) Double.parseDouble(literal.text()));
    }
  }

  private void warnOfTrust(RequestScope scope) {
    if (scope.trustsClients() && !definition.acceptsDangerousQueries()) {
      query
          .problems()
          .warning(
              LINT,
              query.text().whole(),
              "Potentially dangerous query: clients can send any value for these parameters, so"
                  + " they are unsuitable for authorization. Add a condition on"
                  + " request.user_id(), or accept_potentially_dangerous_queries: true");
    }
  }
}
