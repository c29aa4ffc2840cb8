package io.convexpowersync.streams.bucketdefinitions;

import io.convexpowersync.streams.sql.SqlExpression;
import java.util.Optional;

/** What the names of a query mean. */
interface QueryScope {

  /**
   * A column.
   *
   * @param table empty when the column is not qualified
   * @return empty when there is nothing of that name
   */
  Optional<Clause> column(Optional<String> table, String column);

  /**
   * A function of the request.
   *
   * @param schema what the function's name is qualified with
   * @return empty when there is no such function
   * @throws UnusableQueryException if it is called wrongly
   */
  Optional<Clause> call(String schema, SqlExpression.Call call);

  /** Whether parameters can be part of any expression, or only be compared with the row. */
  boolean computesParameters();
}
