package io.convexpowersync.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the triggers of {@link WriteCheckpointTrigger} on a connection of its own; where they
 * are not installed, it looks into the table.
 *
 * <ol>
 *   <li>Looking is a sequential scan for row versions that a transaction wrote which had not ended
 *       at {@code observed}: the service's tables have no index that helps. It is done only when
 *       some transaction has ended since the last one, at most once a second, and for at most a
 *       fifth of the time. The service writes these rows without savepoints.
 *   <li>Every request that {@code observed} shows has been reported. While it listens, that is the
 *       snapshot of the last check but one: by now the notifications of what it shows have come.
 *   <li>After connecting, and when triggers have come or gone, the table is looked at once: what
 *       was committed in between is found. The first look reports every row.
 * </ol>
 */
final class PostgresWriteCheckpointRequests implements WriteCheckpointRequests {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresWriteCheckpointRequests.class);

  private static final long LISTENING_CHECK_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOKING_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long SCAN_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long PAUSE_PER_SCAN = 4;

  private static final String CHECK =
      "SELECT pg_current_snapshot()::text, " + WriteCheckpointTrigger.INSTALLED;

  private static final String SCAN =
      """
      SELECT pg_current_snapshot()::text,
             min(lsns->>'1' COLLATE "C") FILTER (WHERE length(lsns->>'1') = 19)
      FROM powersync.write_checkpoints
      """;

  private static final String CHANGED =
      " WHERE age(xmin) <= (SELECT age(?::xid)) OR xmin = ANY (?::xid[])";

  private interface Step {
    Optional<Lsn> run() throws SQLException;
  }

  private record Check(TransactionSnapshot snapshot, boolean installed) {}

  private record Found(TransactionSnapshot snapshot, Optional<Lsn> lowest) {}

  private final Database database;
  private Session session;
  private boolean lookOnce;
  private boolean listening;
  private TransactionSnapshot observed;
  private TransactionSnapshot checked;
  private long checkedNs;
  private long scanAllowedNs;

  PostgresWriteCheckpointRequests(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Lsn> await(Duration timeout) {
    return attempt(
        () -> {
          if (session == null) {
            connect();
          }
          return session.notifications((int) Math.max(1, timeout.toMillis())).stream()
              .flatMap(PostgresWriteCheckpointRequests::head)
              .min(Lsn::compareTo);
        });
  }

  @Override
  public Optional<Lsn> look() {
    return session == null ? Optional.empty() : attempt(this::check);
  }

  @Override
  public void close() {
    if (session != null) {
      disconnect(null);
    }
  }

  private Optional<Lsn> attempt(Step step) {
    try {
      return step.run();
    } catch (SQLException e) {
      StorageException failure =
          SqlFailures.translate("Waiting for write checkpoint requests of the service", e);
      disconnect(failure);
      throw failure;
    }
  }

  private void connect() throws SQLException {
    session = database.connect();
    // A scan is short and must not take the server's parallel workers.
    session.execute("SET jit = off; SET max_parallel_workers_per_gather = 0");
    session.execute("LISTEN " + WriteCheckpointTrigger.CHANNEL);
    lookOnce = true;
  }

  private void disconnect(Exception cause) {
    Session closing = session;
    session = null;
    if (closing != null) {
      closing.closeQuietly(cause == null ? new SQLException("closing") : cause);
    }
  }

  private Optional<Lsn> check() throws SQLException {
    long now = System.nanoTime();
    long pause = listening ? LISTENING_CHECK_NS : LOOKING_CHECK_NS;
    if (!lookOnce && now - checkedNs < pause) {
      return Optional.empty();
    }
    Check check =
        session.one(
            CHECK, row -> new Check(new TransactionSnapshot(row.getString(1)), row.getBoolean(2)));
    checkedNs = now;
    noticeTriggers(check.installed());
    boolean look = !listening && !check.snapshot().equals(observed) && now - scanAllowedNs >= 0;
    if (lookOnce || look) {
      return scanNow();
    }
    if (listening) {
      observed = checked;
      checked = check.snapshot();
    }
    return Optional.empty();
  }

  private void noticeTriggers(boolean installed) {
    if (installed != listening || observed == null) {
      LOG.info(
          "Write checkpoint requests are {}",
          installed
              ? "told by the triggers on powersync.write_checkpoints"
              : "looked for once a second: the triggers on powersync.write_checkpoints are not"
                  + " installed");
      lookOnce = true;
    }
    listening = installed;
  }

  private Optional<Lsn> scanNow() throws SQLException {
    long start = System.nanoTime();
    Found found = scan();
    long end = System.nanoTime();
    scanAllowedNs = end + Math.max(SCAN_PAUSE_NS - (end - start), PAUSE_PER_SCAN * (end - start));
    lookOnce = false;
    observed = found.snapshot();
    checked = observed;
    return found.lowest();
  }

  /** The snapshot is the one that the scan itself sees. */
  private Found scan() throws SQLException {
    return observed == null
        ? session.one(SCAN, PostgresWriteCheckpointRequests::found)
        : session.one(
            SCAN + CHANGED,
            PostgresWriteCheckpointRequests::found,
            observed.next(),
            observed.running());
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(
        new TransactionSnapshot(row.getString(1)),
        Optional.ofNullable(row.getString(2)).stream()
            .flatMap(PostgresWriteCheckpointRequests::head)
            .findFirst());
  }

  /** What is not a head is no request that a checkpoint of ours could release. */
  private static Stream<Lsn> head(String text) {
    return text.matches("[1-9][0-9]{18}") ? Stream.of(Lsn.parse(text)) : Stream.empty();
  }
}
