package io.convexpowersync.streams.sql;

import java.util.Set;

/** Words of the SQL grammar with a meaning of their own. */
final class Keywords {
  /** Cannot be names without quotes. */
  static final Set<String> RESERVED =
      Set.of(
          """
          all analyse analyze and any array as asc asymmetric authorization binary both case cast
          check collate collation concurrently constraint create cross current_catalog current_date
          current_role current_schema current_time current_timestamp current_user default deferrable
          desc distinct do else end except false fetch for foreign freeze from full grant group
          having ilike in initially inner intersect into is isnull join lateral leading left like
          limit localtime localtimestamp natural not notnull null offset on only or order outer
          overlaps placing precision primary references returning right select session_user similar
          some symmetric table tablesample then to trailing true union unique user using variadic
          verbose when where window with
          """
              .trim()
              .split("\\s+"));

  /** Stand for values, and may name functions. */
  static final Set<String> VALUES =
      Set.of(
          "current_catalog",
          "current_date",
          "current_role",
          "current_schema",
          "current_timestamp",
          "current_time",
          "localtimestamp",
          "localtime",
          "session_user",
          "user",
          "current_user");

  /** First words of statements that are not queries. */
  static final Set<String> OTHER_STATEMENTS =
      Set.of(
          "alter",
          "begin",
          "comment",
          "commit",
          "create",
          "deallocate",
          "delete",
          "do",
          "drop",
          "insert",
          "prepare",
          "raise",
          "refresh",
          "rollback",
          "set",
          "show",
          "start",
          "tablespace",
          "truncate",
          "update");

  private Keywords() {}
}
