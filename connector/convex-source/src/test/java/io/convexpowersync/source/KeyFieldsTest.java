package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Whatever the key: the versions of a document stay in one partition, in their order. */
final class KeyFieldsTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final int PARTITIONS = 4;

  @Test
  void everyVersionHasItsOwnKeyAndADocumentHasOnePartition() throws IOException {
    try (ConvexEmulator emulator = ConvexEmulator.start()) {
      Map<String, String> properties = properties(emulator);
      List<String> ids = new ArrayList<>();
      emulator.commit(
          tx -> {
            for (int i = 0; i < 20; i++) {
              ids.add(tx.insert(USERS, "{\"n\":0}"));
            }
          });
      try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
        for (int n = 1; n <= 3; n++) {
          String document = "{\"n\":" + n + "}";
          emulator.commit(tx -> ids.forEach(id -> tx.replace(USERS, id, document)));
        }
        task.pollTo(emulator.commit(tx -> ids.forEach(id -> tx.delete(USERS, id))));
        List<SourceRecord> records =
            task.records().stream().filter(r -> r.topic().equals("crm.app.users")).toList();
        assertThat(records).as("no tombstones").hasSize(5 * ids.size());
        assertThat(records).extracting(SourceRecord::key).doesNotHaveDuplicates();
        Map<String, List<SourceRecord>> byDocument =
            records.stream().collect(Collectors.groupingBy(r -> key(r, "_id")));
        Set<Integer> used = new HashSet<>();
        byDocument.forEach(
            (id, versions) -> {
              assertThat(versions).extracting(SourceRecord::kafkaPartition).containsOnly(of(id));
              assertThat(versions).isSortedAccordingTo(Comparator.comparing(r -> key(r, "_ts")));
              used.add(of(id));
            });
        assertThat(used).as("all partitions are used").hasSize(PARTITIONS);
      }
    }
  }

  /** As Kafka's own producer does it with the text of the id. */
  private static int of(String id) {
    return BuiltInPartitioner.partitionForKey(id.getBytes(StandardCharsets.UTF_8), PARTITIONS);
  }

  private static String key(SourceRecord record, String field) {
    return ((Struct) record.key()).getString(field);
  }

  private static Map<String, String> properties(ConvexEmulator emulator) {
    Map<String, String> properties = TaskHarness.tablesOnly(emulator);
    properties.put("key.fields", "_id,_ts");
    properties.put("table.topic.partitions", Integer.toString(PARTITIONS));
    return properties;
  }
}
