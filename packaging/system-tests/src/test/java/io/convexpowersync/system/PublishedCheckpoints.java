package io.convexpowersync.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.OpId;
import io.convexpowersync.storage.StreamId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Listens as a PowerSync Service does and remembers every checkpoint that is announced. While its
 * connection is lost, some are missed.
 */
final class PublishedCheckpoints implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAIT_MS = 200;

  private final Storage storage;
  private final Set<Checkpoint> published = new LinkedHashSet<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch listening = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "published-checkpoints");

  private PublishedCheckpoints(Storage storage) {
    this.storage = storage;
  }

  static PublishedCheckpoints listen(Storage storage) throws InterruptedException {
    PublishedCheckpoints checkpoints = new PublishedCheckpoints(storage);
    checkpoints.thread.setDaemon(true);
    checkpoints.thread.start();
    checkpoints.listening.await();
    return checkpoints;
  }

  /** All so far, in the order of their publication. */
  synchronized List<Checkpoint> all() {
    return List.copyOf(published);
  }

  private void run() {
    while (stop.getCount() > 0) {
      try (Connection connection =
          DriverManager.getConnection(storage.jdbcUrl(), storage.user(), storage.password())) {
        connection.createStatement().execute("LISTEN powersynccheckpoints");
        listening.countDown();
        receive(connection.unwrap(PGConnection.class));
      } catch (SQLException e) {
        awaitServer();
      }
    }
  }

  private void awaitServer() {
    try {
      stop.await(WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive(PGConnection connection) throws SQLException {
    while (stop.getCount() > 0) {
      PGNotification[] notifications = connection.getNotifications(WAIT_MS);
      for (PGNotification notification : notifications) {
        remember(notification.getParameter());
      }
    }
  }

  private synchronized void remember(String payload) {
    try {
      JsonNode node = JSON.readTree(payload).get("active_checkpoint");
      published.add(
          new Checkpoint(
              new StreamId(node.get("id").asInt()),
              new OpId(node.get("last_checkpoint").asLong()),
              Lsn.parse(node.get("last_checkpoint_lsn").asText())));
    } catch (JsonProcessingException e) {
      throw new AssertionError("A service would not understand " + payload, e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.countDown();
    thread.join();
  }
}
