package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment much larger than the runner's heap of 256 MiB allows to hold. */
class LargeSnapshotIT {
  private static final long DOCUMENTS = Long.getLong("large.documents");
  private static final int BYTES = 400;
  private static final String CONFIG =
      """
      config:
        edition: 3
        storage_version: 2
      streams:
        documents:
          auto_subscribe: true
          query: SELECT *, _id AS id FROM documents
      """;
  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"documents"},
       "outputTableName":"documents","tableValuedFunctions":[],"filters":[],"partitionBy":[],
       "columns":["star",{"expr":{"type":"data","source":{"column":"_id"}},"alias":"id"}]}],
      "buckets":[{"hash":2,"uniqueName":"documents|0","sources":[0]}],"parameterIndexes":[],
      "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  @TempDir Path directory;

  @Test
  void replicatesInABoundedHeapAndSaysHowFarItIs() throws Exception {
    EmulatorOptions options =
        EmulatorOptions.defaults().withData(new EmulatorData.Generated(DOCUMENTS, BYTES));
    try (Storage storage = Storage.start(CONFIG, PLAN);
        ConvexEmulator emulator = ConvexEmulator.start(options)) {
      Runner runner = Runner.in(directory, emulator, storage);
      Process process = runner.start();
      storage.awaitHead(emulator, Duration.ofMinutes(15));
      assertThat(storage.verify(emulator).rows()).isEqualTo(DOCUMENTS);
      assertThat(emulator.counters().snapshotDocuments()).isEqualTo(DOCUMENTS);
      Runner.stop(process);
      assertThat(runner.logLines()).anyMatch(line -> line.matches(".* [0-9]+ rows.* rows/s.*"));
    }
  }
}
