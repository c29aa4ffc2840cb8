package io.convexpowersync.storage;

import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Checksums;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import io.convexpowersync.streams.RowData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Evaluations for tests that do not care where they come from. */
final class Rows {
  /** A plan without streams. */
  static final String PLAN =
      """
      {"plan": {"version": 1, "dataSources": [], "buckets": [], "parameterIndexes": [],
        "streams": []}, "compatibility": {"edition": 3, "overrides": {}}, "eventDescriptors": {}}
      """;

  private Rows() {}

  static BucketRow row(String bucket, String table, String id, String data) {
    RowData row = RowData.of(data);
    return new BucketRow(bucket, table, id, row, Checksums.put(table, id, row));
  }

  static Evaluation in(BucketRow... rows) {
    return new Evaluation(Arrays.asList(rows), List.of(), List.of());
  }

  static Evaluation inBucket(String bucket, String id, String text) {
    return in(row(bucket, "todos", id, "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}"));
  }

  static Evaluation lookups(LookupRow... lookups) {
    return new Evaluation(List.of(), Arrays.asList(lookups), List.of());
  }

  /** BSON {@code {l: ["lookup", "0", key]}}. */
  static LookupRow lookup(String key, String results) {
    byte[] value = key.getBytes(StandardCharsets.UTF_8);
    int array = 4 + (3 + 4 + 7) + (3 + 4 + 2) + (3 + 4 + value.length + 1) + 1;
    ByteBuffer bson = ByteBuffer.allocate(4 + 3 + array + 1).order(ByteOrder.LITTLE_ENDIAN);
    bson.putInt(bson.capacity()).put((byte) 4).put(new byte[] {'l', 0}).putInt(array);
    string(bson, '0', "lookup".getBytes(StandardCharsets.UTF_8));
    string(bson, '1', "0".getBytes(StandardCharsets.UTF_8));
    string(bson, '2', value);
    bson.put((byte) 0).put((byte) 0);
    return new LookupRow(bson.array(), results);
  }

  private static void string(ByteBuffer bson, char name, byte[] value) {
    bson.put((byte) 2).put((byte) name).put((byte) 0).putInt(value.length + 1);
    bson.put(value).put((byte) 0);
  }
}
