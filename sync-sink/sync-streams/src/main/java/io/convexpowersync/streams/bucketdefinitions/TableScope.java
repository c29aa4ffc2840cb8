package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;

import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlFrom;
import java.util.Optional;

/** Names in a query over one table: its columns, and perhaps the parameters of the bucket. */
final class TableScope implements QueryScope {
  private static final String BUCKET = "bucket";
  private static final String TABLE_SUFFIX = "_table_suffix";
  private static final String REQUEST = "request";

  private final String name;
  private final boolean wildcard;
  private final boolean hasParameters;
  private final QueryText query;

  /**
   * @param hasParameters whether {@code bucket.x} means a parameter
   */
  TableScope(SqlFrom.Table table, boolean hasParameters, QueryText query) {
    this.name = table.alias().name().orElse(table.name());
    this.wildcard = table.name().endsWith("%");
    this.hasParameters = hasParameters;
    this.query = query;
  }

  @Override
  public Optional<Clause> column(Optional<String> table, String column) {
    if (hasParameters && table.isPresent() && table.get().equals(BUCKET)) {
      return Optional.of(new Clause.Parameter(BUCKET + "." + column));
    }
    if (table.isPresent() && !table.get().equals(name)) {
      return Optional.empty();
    }
    boolean suffix = wildcard && column.equals(TABLE_SUFFIX);
    return Optional.of(
        new Clause.OfRow(suffix ? PlanNodes.tableSuffix() : PlanNodes.column(column), true));
  }

  @Override
  public Optional<Clause> call(String schema, SqlExpression.Call call) {
    if (!schema.equals(REQUEST)) {
      return Optional.empty();
    }
    query.problem(
        SQL_DEPENDENCIES,
        call.span(),
        "request schema is not available in data queries: declare a parameter, and write bucket.x");
    return Optional.of(Clause.Wrong.REPORTED);
  }

  @Override
  public boolean computesParameters() {
    return false;
  }
}
