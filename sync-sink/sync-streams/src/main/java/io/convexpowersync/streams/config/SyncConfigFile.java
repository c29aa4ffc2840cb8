package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sync config as its YAML says it, before any SQL is parsed.
 *
 * @param commonTables the queries of {@code with}, which every stream may use, by name
 * @param events payload queries by event name
 */
public record SyncConfigFile(
    Options options,
    Map<String, CommonTable> commonTables,
    List<Stream> streams,
    List<BucketDefinition> buckets,
    Map<String, List<SqlText>> events) {

  public static final int DEFAULT_PRIORITY = 3;

  /** A query with a name. */
  public record CommonTable(Span nameSpan, SqlText query) {}

  /**
   * A stream.
   *
   * @param span the whole definition, with its name
   * @param acceptsDangerousQueries whether one warning is not wanted
   */
  public record Stream(
      Span span,
      String name,
      int priority,
      boolean autoSubscribe,
      boolean acceptsDangerousQueries,
      Map<String, CommonTable> commonTables,
      List<SqlText> queries) {}

  /**
   * A bucket of the older Sync Rules.
   *
   * @param priority null when it is not given
   * @param parameters queries for parameters; not given, there is one bucket without parameters
   * @param span the whole definition, with its name
   */
  public record BucketDefinition(
      Span span,
      String name,
      Integer priority,
      boolean acceptsDangerousQueries,
      Optional<List<SqlText>> parameters,
      List<SqlText> data) {}
}
