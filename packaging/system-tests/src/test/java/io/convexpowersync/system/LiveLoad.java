package io.convexpowersync.system;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.StorageException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Commits mutations at a steady pace on a thread of its own, asks for a write checkpoint now and
 * then as the service's API does, and measures how long each takes until a checkpoint shows it.
 */
final class LiveLoad implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(25);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int MUTATIONS_PER_REQUEST = 20;
  private static final String REQUEST =
      """
      INSERT INTO powersync.write_checkpoints (user_id, lsns, write_checkpoint)
      VALUES ('user', jsonb_build_object('1', ?::text), 1)
      ON CONFLICT (user_id) DO UPDATE
      SET lsns = EXCLUDED.lsns, write_checkpoint = write_checkpoints.write_checkpoint + 1
      """;

  private record Waiting(long ts, long sinceNanos, Optional<Checkpoint> before) {}

  private final ConvexEmulator emulator;
  private final Storage storage;
  private final TodoWorkload workload;
  private final Queue<Waiting> commits = new ArrayDeque<>();
  private final List<Long> lags = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "live-load");
  private Waiting request;
  private int released;
  private int made;
  private volatile boolean ending;
  private volatile Throwable failure;

  private LiveLoad(ConvexEmulator emulator, Storage storage, TodoWorkload workload) {
    this.emulator = emulator;
    this.storage = storage;
    this.workload = workload;
  }

  static LiveLoad start(ConvexEmulator emulator, Storage storage, TodoWorkload workload) {
    LiveLoad load = new LiveLoad(emulator, storage, workload);
    load.thread.start();
    return load;
  }

  private void run() {
    try (Connection connection =
        DriverManager.getConnection(storage.jdbcUrl(), "postgres", "postgres")) {
      while (!ending || !commits.isEmpty()) {
        if (!ending) {
          commit(connection);
        }
        long next = System.nanoTime() + PACE.toNanos();
        do {
          look();
          LockSupport.parkNanos(LOOK.toNanos());
        } while (System.nanoTime() < next);
      }
    } catch (SQLException | RuntimeException e) {
      failure = e;
    }
  }

  private void commit(Connection connection) throws SQLException {
    workload.mutate();
    long now = System.nanoTime();
    commits.add(new Waiting(emulator.head(), now, Optional.empty()));
    if (++made % MUTATIONS_PER_REQUEST == 0 && request == null) {
      Optional<Checkpoint> before = storage.buckets().reader().checkpoint();
      request = new Waiting(emulator.head(), now, before);
      try (PreparedStatement statement = connection.prepareStatement(REQUEST)) {
        statement.setString(1, Long.toString(emulator.head()));
        statement.execute();
      }
    }
  }

  private void look() {
    Optional<Checkpoint> seen;
    try {
      seen = storage.buckets().reader().checkpoint();
    } catch (StorageException e) {
      return;
    }
    long lsn = seen.map(checkpoint -> checkpoint.lsn().nanos()).orElse(0L);
    while (!commits.isEmpty() && commits.peek().ts() <= lsn) {
      lags.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - commits.remove().sinceNanos()));
    }
    if (request != null && request.ts() <= lsn && !seen.equals(request.before())) {
      request = null;
      released++;
    }
  }

  /** Waits until everything is visible. */
  @Override
  public void close() throws InterruptedException {
    ending = true;
    thread.join();
    if (failure != null) {
      throw new AssertionError("The live load failed", failure);
    }
  }

  /** Of commits until they were visible; in milliseconds. */
  long lag(double quantile) {
    List<Long> sorted = lags.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * quantile));
  }

  int commits() {
    return lags.size();
  }

  /** Requests for write checkpoints that a later checkpoint has released. */
  int released() {
    return released;
  }
}
