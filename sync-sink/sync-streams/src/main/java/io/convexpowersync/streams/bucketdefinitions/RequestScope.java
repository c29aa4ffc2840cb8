package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import io.convexpowersync.streams.ConstantExpressions;
import io.convexpowersync.streams.sql.SqlExpression;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names in a parameter query: values of the request, and what it reads. Remembers who vouches for
 * the values that are used.
 */
final class RequestScope implements QueryScope {
  private static final String TOKEN = "token_parameters";
  private static final String CLIENT = "user_parameters";
  private static final Map<String, Integer> ARGUMENTS =
      Map.of("user_id", 0, "jwt", 0, "parameters", 0, "parameter", 1);
  private static final Set<String> OF_TOKEN = Set.of("user_id", "jwt");

  private final String source;
  private final boolean hasRows;
  private final QueryText query;
  private final ConstantExpressions constants;
  private boolean usesToken;
  private boolean usesClient;

  /**
   * @param source name of the table or function that the query reads; null when it reads none
   * @param hasRows whether that is a table, so that its columns are known when rows change
   */
  RequestScope(String source, boolean hasRows, QueryText query, ConstantExpressions constants) {
    this.source = source;
    this.hasRows = hasRows;
    this.query = query;
    this.constants = constants;
  }

  /** Whether clients choose everything that the query is asked with. */
  boolean trustsClients() {
    return usesClient && !usesToken;
  }

  /** A condition without a table only says whether there is a bucket, not which one. */
  void forgetToken() {
    usesToken = false;
  }

  @Override
  public Optional<Clause> column(Optional<String> table, String column) {
    String from = table.orElse(source);
    if (from != null && (from.equals(TOKEN) || from.equals(CLIENT))) {
      use(from.equals(TOKEN));
      return Optional.of(new Clause.Parameter(from + "." + column));
    }
    if (from == null || !from.equals(source)) {
      return Optional.empty();
    }
    return Optional.of(
        hasRows
            ? new Clause.OfRow(PlanNodes.column(column), true)
            : new Clause.Parameter(from + "." + column));
  }

  private void use(boolean token) {
    usesToken |= token;
    usesClient |= !token;
  }

  @Override
  public Optional<Clause> call(String schema, SqlExpression.Call call) {
    String name = call.function().name().toLowerCase(Locale.ROOT);
    if (!schema.equals("request") || !ARGUMENTS.containsKey(name)) {
      return Optional.empty();
    }
    int expected = ARGUMENTS.get(name);
    if (call.arguments().size() != expected) {
      query.problem(
          SQL_REFERENCE,
          call.span(),
          "Function 'request." + name + "' takes " + expected + " arguments");
      return Optional.of(Clause.Wrong.REPORTED);
    }
    use(OF_TOKEN.contains(name));
    String argument = expected == 0 ? "" : argument(call.arguments().get(0));
    return Optional.of(new Clause.Parameter("request." + name + "(" + argument + ")"));
  }

  private String argument(SqlExpression expression) {
    if (expression instanceof SqlExpression.Literal literal) {
      return constants.evaluate(ClauseCompiler.literalNode(literal)).orElseThrow().text();
    }
    throw new UnusableQueryException(
        SQL_UNSUPPORTED, null, "The argument of request.parameter must be a text, such as 'x'");
  }

  @Override
  public boolean computesParameters() {
    return true;
  }
}
