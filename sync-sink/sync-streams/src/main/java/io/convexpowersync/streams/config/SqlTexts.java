package io.convexpowersync.streams.config;

import static io.convexpowersync.streams.config.Problem.Category.SQL_SYNTAX;

import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlParser;
import io.convexpowersync.streams.sql.SqlStatement;
import io.convexpowersync.streams.sql.SqlSyntaxException;
import java.util.List;
import java.util.Optional;

/** Parses the SQL of a sync config. */
public final class SqlTexts {
  private SqlTexts() {}

  /** The statements; empty when the text is no SQL, which is reported. */
  public static List<SqlStatement> all(SqlText text, Problems problems) {
    try {
      return SqlParser.parse(text.sql());
    } catch (SqlSyntaxException e) {
      Span place = e.span().map(text::inYaml).orElseGet(text::whole);
      problems.fatal(SQL_SYNTAX, place, e.getMessage());
      return List.of();
    }
  }

  public static Optional<SqlStatement> first(SqlText text, Problems problems) {
    return all(text, problems).stream().findFirst();
  }
}
