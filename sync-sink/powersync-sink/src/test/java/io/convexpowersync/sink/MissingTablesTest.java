package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.TableId;
import io.convexpowersync.streams.SyncStreams;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MissingTablesTest {
  private static final SyncStreams STREAMS =
      SyncStreams.load(
          """
          {"plan":{"version":1,"dataSources":[
          {"hash":1,"table":{"connection":null,"schema":null,"table":"tasks"},
           "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]},
          {"hash":2,"table":{"connection":null,"schema":null,"table":"log_%"},
           "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]}],
          "buckets":[{"hash":3,"uniqueName":"s|0","sources":[0,1]}],"parameterIndexes":[],
          "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
          """,
          1);

  @Test
  void namesATableThatTheLogNeverMentioned() {
    assertThat(MissingTables.find(STREAMS, Set.of(TableId.root("users")))).containsExactly("tasks");
  }

  @Test
  void aComponentsTableOfTheSameNameIsAnotherTable() {
    assertThat(MissingTables.find(STREAMS, Set.of(new TableId("c", "tasks"))))
        .containsExactly("tasks");
  }

  @Test
  void saysNothingWhenTheLogHasTheTable() {
    assertThat(MissingTables.find(STREAMS, Set.of(TableId.root("tasks")))).isEmpty();
  }
}
