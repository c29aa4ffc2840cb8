package io.convexpowersync.streams;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Sync plans for tests. */
final class Plans {
  /** Announcements, lists by owner, lists and to-dos by membership. */
  static final String TODO_LISTS = resource("/plans/todo-lists.json");

  private static final String COLUMN = "{\"type\":\"data\",\"source\":{\"column\":\"%s\"}}";

  private Plans() {}

  /**
   * One stream {@code s} over table {@code t}: all columns, in one bucket, where a filter holds.
   */
  static String withFilter(String filter) {
    return stream(
        "[]",
        "[" + filter + "]",
        "[]",
        "[\"star\",{\"expr\":" + column("_id") + ",\"alias\":\"id\"}]");
  }

  /** The same with one output column {@code v} besides {@code id}. */
  static String withColumn(String expression) {
    return stream(
        "[]",
        "[]",
        "[]",
        "[{\"expr\":"
            + column("_id")
            + ",\"alias\":\"id\"},{\"expr\":"
            + expression
            + ",\"alias\":\"v\"}]");
  }

  /** A bucket for each element of the array in column {@code tags}. */
  static String byTag() {
    return stream(
        "[{\"functionName\":\"json_each\",\"functionInputs\":[" + column("tags") + "]}]",
        "[]",
        "[{\"expr\":{\"type\":\"data\",\"source\":{\"function\":0,\"outputName\":\"value\"}}}]",
        "[{\"expr\":" + column("_id") + ",\"alias\":\"id\"}]");
  }

  static String column(String name) {
    return COLUMN.formatted(name);
  }

  private static String stream(
      String functions, String filters, String partitionBy, String columns) {
    return """
        {"plan":{"version":1,"dataSources":[{"hash":1,
        "table":{"connection":null,"schema":null,"table":"t"},"outputTableName":"t",
        "tableValuedFunctions":%s,"filters":%s,"partitionBy":%s,"columns":%s}],
        "buckets":[{"hash":1,"uniqueName":"s|0","sources":[0]}],
        "parameterIndexes":[],"streams":[]},
        "compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
        """
        .formatted(functions, filters, partitionBy, columns);
  }

  private static String resource(String name) {
    try (InputStream in = Plans.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
