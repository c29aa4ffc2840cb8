package io.convexpowersync.sink;

import io.convexpowersync.events.TableId;
import io.convexpowersync.streams.SyncStreams;
import java.util.function.Supplier;

/** The smallest sync config: one bucket with all rows of one table. */
final class OneTable {
  static final TableId TABLE = TableId.root("a");

  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"a"},"outputTableName":"a",
       "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]}],
      "buckets":[{"hash":3,"uniqueName":"s|0","sources":[0]}],"parameterIndexes":[],"streams":[]},
      "compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  private OneTable() {}

  static FakeStorage storage(Supplier<FakeStorage.Fault> faults) {
    return new FakeStorage(SyncStreams.load(PLAN, 1), faults, published -> {});
  }
}
