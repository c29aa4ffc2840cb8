package io.convexpowersync.streams.sql;

/** A statement: a plain SELECT, or something that is only recognised. */
public sealed interface SqlStatement permits SqlSelect, SqlStatement.Other {

  /** Where it is in the SQL. */
  Span span();

  /** UNION, WITH, VALUES, INSERT and so on. */
  record Other(Span span) implements SqlStatement {}
}
