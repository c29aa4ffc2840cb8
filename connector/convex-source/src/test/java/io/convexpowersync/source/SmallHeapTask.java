package io.convexpowersync.source;

import io.convexpowersync.events.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** A process that runs a task as a worker does: every record is converted, and then let go. */
final class SmallHeapTask {
  private final JsonConverter converter = new JsonConverter();
  private long snapshotRows;
  private long changes;
  private long bytes;

  private SmallHeapTask() {
    converter.configure(Map.of("schemas.enable", "false"), false);
  }

  /**
   * Runs until all documents came.
   *
   * @param arguments URL of the deployment, documents in its snapshot, documents in its log
   */
  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> properties = new HashMap<>();
    properties.put("deployment.url", arguments[0]);
    properties.put("deploy.key", HugeDeployment.NAME + "|01");
    properties.put("topic.prefix", "crm");
    properties.put("log.topic", "true");
    properties.put("record.max.bytes", "16000000");
    new SmallHeapTask().run(properties, Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
  }

  private void run(Map<String, String> properties, long wantedRows, long wantedChanges)
      throws InterruptedException {
    ConvexSourceTask task = new ConvexSourceTask();
    task.initialize(new FakeTaskContext(properties, null));
    task.start(properties);
    while (snapshotRows < wantedRows || changes < wantedChanges) {
      List<SourceRecord> batch = task.poll();
      if (batch != null) {
        batch.forEach(this::take);
      }
    }
    task.stop();
    System.out.printf(
        "snapshot rows %d, changes %d, %d MiB converted%n", snapshotRows, changes, bytes >> 20);
  }

  private void take(SourceRecord record) {
    if (record.topic().endsWith(".log")) {
      if (TaskHarness.event(record) instanceof Change.Upsert upsert) {
        snapshotRows += upsert.snapshot() ? 1 : 0;
        changes += upsert.snapshot() ? 0 : 1;
      }
    }
    bytes += converter.fromConnectData(record.topic(), record.valueSchema(), record.value()).length;
  }
}
