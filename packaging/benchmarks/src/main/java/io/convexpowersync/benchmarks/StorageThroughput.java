package io.convexpowersync.benchmarks;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.storage.WriteTransaction;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Measures evaluation and bucket storage without source and sink: to-do documents of about 400
 * bytes in batches, first as a snapshot, then as updates that leave the rows in their buckets, then
 * one by one, each published, then as moves to another bucket, then as deletes. Each batch is one
 * transaction. Arguments: folder of the to-do example (config-examples/todo), documents (200000),
 * and for a server of one's own an empty database: JDBC URL, user, password.
 */
public final class StorageThroughput {
  private static final int[] BATCHES = {2_000, 10_000};
  private static final int LIVE_COMMITS = 2_000;
  private static final int TODOS_PER_LIST = 50;
  private static final long PIN = 1_785_400_500_000_000_000L;
  private static final String PADDING = "with oat milk and bread ".repeat(9);

  /** What happens to every document. */
  private enum Run {
    EVALUATE_ONLY,
    SNAPSHOT,
    UPDATE,
    LIVE,
    MOVE,
    DELETE
  }

  private final BucketStorage storage;
  private final String plan;
  private final int documents;
  private long lsn = PIN;

  private StorageThroughput(BucketStorage storage, String plan, int documents) {
    this.storage = storage;
    this.plan = plan;
    this.documents = documents;
  }

  public static void main(String[] args) throws IOException, SQLException {
    Path example = Path.of(args.length > 0 ? args[0] : "config-examples/todo");
    int documents = args.length > 1 ? Integer.parseInt(args[1]) : 200_000;
    String config = Files.readString(example.resolve("sync.yaml"));
    String plan = SyncConfigCompiler.compile(config).syncPlan().orElseThrow();
    if (args.length > 4) {
      run(StorageConfig.of(args[2], args[3], args[4]), plan, documents);
      return;
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
      String url = postgres.getJdbcUrl("postgres", "postgres");
      run(StorageConfig.of(url, "postgres", ""), plan, documents);
    }
  }

  private static void run(StorageConfig config, String plan, int documents) {
    try (BucketStorage storage = BucketStorage.open(config)) {
      storage.createSchema();
      StorageThroughput benchmark = new StorageThroughput(storage, plan, documents);
      // The first round warms up.
      benchmark.round(BATCHES[0]);
      for (int batch : BATCHES) {
        benchmark.round(batch);
      }
    }
  }

  private void round(int batch) {
    StreamId stream = storage.streams().deploy("benchmark", plan);
    SyncStreams streams = SyncStreams.load(plan, stream.value());
    try (StreamWriter writer = storage.openWriter(stream, "benchmark")) {
      for (Run run : Run.values()) {
        int step = run == Run.LIVE ? 1 : batch;
        int end = run == Run.LIVE ? Math.min(documents, LIVE_COMMITS) : documents;
        long start = System.nanoTime();
        for (int from = 0; from < end; from += step) {
          write(writer, streams, run, from, Math.min(end, from + step));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            "batch %,6d %-13s %,9d documents %6.2f s %,9.0f/s%n",
            step, run, end, seconds, end / seconds);
      }
    }
  }

  private void write(StreamWriter writer, SyncStreams streams, Run run, int from, int to) {
    try (WriteTransaction transaction = writer.begin()) {
      for (int i = from; i < to; i++) {
        String id = id(i);
        switch (run) {
          case EVALUATE_ONLY -> evaluate(streams, document(i, 0, 0));
          case SNAPSHOT -> transaction.upsert("todos", id, evaluate(streams, document(i, 0, 0)));
          case UPDATE, LIVE ->
              transaction.upsert("todos", id, evaluate(streams, document(i, 0, 1)));
          case MOVE -> transaction.upsert("todos", id, evaluate(streams, document(i, 1, 1)));
          case DELETE -> transaction.delete("todos", id);
        }
      }
      if (run == Run.EVALUATE_ONLY) {
        return;
      }
      transaction.savePlace("{\"offset\":" + to + "}");
      if (run == Run.SNAPSHOT && to == documents) {
        transaction.snapshotDone(new Lsn(lsn));
      }
      if (run != Run.SNAPSHOT || to == documents) {
        transaction.publish(new Lsn(++lsn), false, true);
      }
      transaction.commit();
    }
  }

  private static Evaluation evaluate(SyncStreams streams, String document) {
    return streams.evaluate("todos", document, DocumentEncoding.JSON);
  }

  /** 32 characters that ascend with the number, as in a snapshot. */
  private static String id(int number) {
    return "kd7%029d".formatted(number);
  }

  private static String document(int number, int move, int version) {
    String list = "vx7%029d".formatted(number / TODOS_PER_LIST + move);
    return "{\"_creationTime\":1785300015000.75,\"_id\":\""
        + id(number)
        + "\",\"done\":"
        + (version % 2 == 1)
        + ",\"labels\":[\"home\",\"shop\"],\"list_id\":\""
        + list
        + "\",\"rank\":"
        + number
        + ".0,\"title\":\"To do "
        + number
        + " "
        + PADDING
        + "\"}";
  }
}
