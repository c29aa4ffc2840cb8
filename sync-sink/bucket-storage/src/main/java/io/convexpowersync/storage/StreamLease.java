package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to write a stream: the row in {@code powersync.locks} that every replicator respects,
 * and a session advisory lock that tells whether its holder is alive.
 *
 * <ol>
 *   <li>The lease row expires {@value #EXPIRY_SECONDS} s after its last refresh, by the database's
 *       clock. Every transaction of a writer refreshes it by its own lock id, and so holds the
 *       row's lock until it ends: whoever takes the lease over waits for it, and finds it fresh.
 *   <li>Our bookkeeping says which owner has which lock id. An owner that finds its own name there
 *       and the advisory lock free was restarted, and takes over at once.
 *   <li>The advisory lock belongs to the database session and ends with it.
 * </ol>
 *
 * <p>Not thread-safe; belongs to one session.
 */
final class StreamLease {
  static final int EXPIRY_SECONDS = 60;

  /** How long the dead session of a restarted runner may take to disappear. */
  private static final Duration SESSION_GRACE = Duration.ofSeconds(3);

  private static final Duration POLL = Duration.ofMillis(50);

  /** First key of the advisory locks, the second is the stream's id; any constant. */
  private static final int ADVISORY_CLASS = 0x63767073;

  private static final String ADVISORY = "SELECT pg_try_advisory_lock(?, ?)";

  private static final String ACQUIRE =
      """
      INSERT INTO powersync.locks AS held (name, lock_id, ts) VALUES (?, ?, clock_timestamp())
      ON CONFLICT (name) DO UPDATE SET lock_id = EXCLUDED.lock_id, ts = EXCLUDED.ts
      WHERE held.ts < clock_timestamp() - make_interval(secs => ?) OR held.lock_id = ?
      """;

  private static final String RECORD =
      """
      INSERT INTO convex_powersync.streams AS s (stream_id, slot_name, owner, lock_id)
      VALUES (?, ?, ?, ?)
      ON CONFLICT (stream_id) DO UPDATE
      SET slot_name = EXCLUDED.slot_name, owner = EXCLUDED.owner, lock_id = EXCLUDED.lock_id,
          place = CASE WHEN s.slot_name = EXCLUDED.slot_name THEN s.place END
      """;

  private static final String HOLDER =
      """
      SELECT s.owner,
             ceil(extract(epoch FROM clock_timestamp() - l.ts))::int AS age,
             l.ts < clock_timestamp() - make_interval(secs => ?) AS expired
      FROM powersync.locks l
        LEFT JOIN convex_powersync.streams s ON s.lock_id = l.lock_id
      WHERE l.name = ?
      """;

  private static final String OWN_LOCK_ID =
      """
      SELECT s.lock_id FROM convex_powersync.streams s
      WHERE s.stream_id = ? AND s.slot_name = ? AND s.owner = ? AND s.lock_id IS NOT NULL
      """;

  private static final String REFRESH =
      "UPDATE powersync.locks SET ts = clock_timestamp() WHERE name = ? AND lock_id = ?";

  private static final String FENCE =
      """
      WITH lease AS (
        UPDATE powersync.locks SET ts = clock_timestamp() WHERE name = ? AND lock_id = ?
        RETURNING name)
      SELECT (SELECT count(*) FROM lease) AS held,
             (SELECT state FROM powersync.sync_rules WHERE id = ?) AS state
      """;

  private record Holder(Optional<String> owner, int age, boolean expired) {}

  private final Session session;
  private final ReplicationStream stream;
  private final UUID lockId;
  private boolean advisory;

  private StreamLease(Session session, ReplicationStream stream, UUID lockId, boolean advisory) {
    this.session = session;
    this.stream = stream;
    this.lockId = lockId;
    this.advisory = advisory;
  }

  /**
   * Takes the lease.
   *
   * @throws StorageException with kind FENCED when somebody else has it
   */
  static StreamLease acquire(Session session, ReplicationStream stream, String owner)
      throws SQLException {
    boolean advisory = tryAdvisoryUntilGrace(session, stream);
    UUID lockId = UUID.randomUUID();
    boolean acquired =
        session.inTransaction(
            transaction -> tryAcquire(transaction, stream, owner, lockId, advisory));
    if (!acquired) {
      throw refusal(session, stream, advisory);
    }
    return new StreamLease(session, stream, lockId, advisory);
  }

  /**
   * The first statement of every transaction: refreshes the lease, so that nobody takes it over
   * before the transaction ends, and checks the stream's state.
   */
  void fence() throws SQLException {
    boolean replicated = session.one(FENCE, this::checkFence, name(), lockId, stream.id().value());
    if (!replicated) {
      throw notReplicated();
    }
  }

  /** Refreshes the lease in a statement of its own. */
  void refresh() throws SQLException {
    if (session.update(REFRESH, name(), lockId) == 0) {
      throw lost();
    }
    if (!advisory) {
      // Taken over from a session that was not gone yet.
      advisory = tryAdvisory(session, stream);
    }
  }

  /** Gives the lease back. */
  void release() throws SQLException {
    session.inTransaction(
        transaction -> {
          transaction.update(
              "DELETE FROM powersync.locks WHERE name = ? AND lock_id = ?", name(), lockId);
          transaction.update(
              "UPDATE convex_powersync.streams SET lock_id = NULL"
                  + " WHERE stream_id = ? AND lock_id = ?",
              stream.id().value(),
              lockId);
          return null;
        });
  }

  /** The stream was stopped, replaced or deleted while it was written. */
  StorageException notReplicated() {
    return new StorageException(
        Kind.FENCED,
        """
        Stream %s is not replicated any more: a newer sync config has replaced it. Nothing was \
        written."""
            .formatted(stream.id()));
  }

  private StorageException lost() {
    return new StorageException(
        Kind.FENCED,
        """
        The lease of stream %s was lost: another runner has taken it over. Nothing was written. \
        Run one writer per stream."""
            .formatted(stream.id()));
  }

  private boolean checkFence(ResultSet row) throws SQLException {
    if (row.getInt("held") == 0) {
      throw lost();
    }
    String state = row.getString("state");
    return "PROCESSING".equals(state) || "ACTIVE".equals(state);
  }

  private String name() {
    return name(stream);
  }

  private static String name(ReplicationStream stream) {
    return "sync_rules_" + stream.id() + "_" + stream.slotName();
  }

  private static boolean tryAcquire(
      Session session, ReplicationStream stream, String owner, UUID lockId, boolean advisory)
      throws SQLException {
    int id = stream.id().value();
    // Without the advisory lock the recorded holder may live: then only expiry counts.
    Optional<UUID> own =
        advisory
            ? session.first(
                OWN_LOCK_ID, row -> row.getObject(1, UUID.class), id, stream.slotName(), owner)
            : Optional.empty();
    int taken = session.update(ACQUIRE, name(stream), lockId, EXPIRY_SECONDS, own.orElse(lockId));
    if (taken == 0) {
      return false;
    }
    session.update(RECORD, id, stream.slotName(), owner, lockId);
    return true;
  }

  private static boolean tryAdvisoryUntilGrace(Session session, ReplicationStream stream)
      throws SQLException {
    long deadline = System.nanoTime() + SESSION_GRACE.toNanos();
    while (!tryAdvisory(session, stream)) {
      if (System.nanoTime() > deadline
          || holder(session, stream).map(Holder::expired).orElse(false)) {
        return false;
      }
      session.one("SELECT pg_sleep(?)", row -> null, POLL.toMillis() / 1000.0);
    }
    return true;
  }

  private static boolean tryAdvisory(Session session, ReplicationStream stream)
      throws SQLException {
    return session.one(ADVISORY, row -> row.getBoolean(1), ADVISORY_CLASS, stream.id().value());
  }

  private static Optional<Holder> holder(Session session, ReplicationStream stream)
      throws SQLException {
    return session.first(
        HOLDER,
        row -> new Holder(Optional.ofNullable(row.getString(1)), row.getInt(2), row.getBoolean(3)),
        EXPIRY_SECONDS,
        name(stream));
  }

  private static StorageException refusal(
      Session session, ReplicationStream stream, boolean advisory) throws SQLException {
    Optional<Holder> holder = holder(session, stream);
    String who =
        holder
            .flatMap(Holder::owner)
            .map(owner -> "runner '" + owner + "'")
            .orElse("another replicator");
    int age = holder.map(Holder::age).orElse(0);
    String remedy =
        advisory
            ? "If it is dead, its lease expires in %d s; start again then."
                .formatted(Math.max(1, EXPIRY_SECONDS - age))
            : "It is connected. Stop it first: a stream has one writer.";
    return new StorageException(
        Kind.FENCED,
        "Stream %s is written by %s, which refreshed its lease %d s ago. %s"
            .formatted(stream.id(), who, age, remedy));
  }
}
