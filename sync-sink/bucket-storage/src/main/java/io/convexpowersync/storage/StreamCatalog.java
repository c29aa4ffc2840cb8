package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deployed sync configs: rows of {@code sync_rules}. Thread-safe. */
public final class StreamCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(StreamCatalog.class);

  private static final String READING = "Reading powersync.sync_rules";
  private static final String SLOT_PREFIX = "powersync_";
  private static final int SLOT_SUFFIX_BYTES = 2;

  private static final String DEPLOY =
      """
      INSERT INTO powersync.sync_rules
        (id, content, sync_plan, state, slot_name, storage_version)
      SELECT id, ?, ?::json, 'PROCESSING', ? || id || '_' || ?, 2
      FROM nextval('powersync.sync_rules_id_sequence') AS id
      RETURNING id
      """;

  private final Database database;
  private final SecureRandom random = new SecureRandom();

  StreamCatalog(Database database) {
    this.database = database;
  }

  /** All rows, oldest first, TERMINATED ones included. */
  public List<ReplicationStream> list() {
    return database.call(READING, session -> StreamRows.select(session, "ORDER BY id"));
  }

  public Optional<ReplicationStream> find(StreamId stream) {
    return database.call(READING, session -> StreamRows.find(session, stream));
  }

  /** The stream that the service serves to clients: ACTIVE or ERRORED. */
  public Optional<ReplicationStream> active() {
    return newest("WHERE state IN ('ACTIVE', 'ERRORED') ORDER BY id DESC LIMIT 1");
  }

  /** The stream that is being built. */
  public Optional<ReplicationStream> processing() {
    return newest("WHERE state = 'PROCESSING' ORDER BY id DESC LIMIT 1");
  }

  /** Streams in state STOP, whose data waits for {@link #clear}. */
  public List<ReplicationStream> stopped() {
    return database.call(
        READING, session -> StreamRows.select(session, "WHERE state = 'STOP' ORDER BY id"));
  }

  /** The stream that a sync config is deployed as already: being built, or served. */
  public Optional<ReplicationStream> deployedAs(CompiledSyncConfig config) {
    return Stream.of(processing(), active())
        .flatMap(Optional::stream)
        .filter(stream -> config.isSameAs(stream.content(), stream.plan()))
        .findFirst();
  }

  /**
   * Deploys a sync config as the service's deploy endpoint does, in one transaction: a stream in
   * state PROCESSING is stopped, the new one is PROCESSING. Bucket definitions have no plan.
   */
  public StreamId deploy(CompiledSyncConfig config) {
    return insert(config.content(), config.plan().orElse(null));
  }

  /**
   * Deploys a sync config as {@link #deploy(CompiledSyncConfig)} does.
   *
   * @param content the YAML
   * @param syncPlan the compiled plan, JSON text
   */
  public StreamId deploy(String content, String syncPlan) {
    return insert(content, syncPlan);
  }

  private StreamId insert(String content, String syncPlan) {
    byte[] suffix = new byte[SLOT_SUFFIX_BYTES];
    random.nextBytes(suffix);
    StreamId stream =
        database.transact(
            "Deploying a sync config",
            session -> {
              session.update(
                  "UPDATE powersync.sync_rules SET state = 'STOP' WHERE state = 'PROCESSING'");
              return session.one(
                  DEPLOY,
                  row -> new StreamId(row.getInt(1)),
                  content,
                  syncPlan,
                  SLOT_PREFIX,
                  HexFormat.of().formatHex(suffix));
            });
    LOG.info("Deployed a sync config as stream {}", stream);
    return stream;
  }

  /**
   * Deletes the data of a stream in state STOP, in batches, and makes it TERMINATED. May be
   * repeated after a failure.
   *
   * @param owner name of the runner, as in {@link BucketStorage#openWriter}
   * @return false when another runner still holds the stream's lease, so that it must be tried
   *     again later
   */
  public boolean clear(StreamId stream, String owner) {
    return StreamClearing.clear(database, require(stream), owner);
  }

  /** Says, for the service's diagnostics, why a stream that nobody writes cannot be built. */
  public void reportFatalError(StreamId stream, String message) {
    database.call(
        "Reporting an error of stream " + stream,
        session ->
            session.update(
                "UPDATE powersync.sync_rules SET last_fatal_error = ?"
                    + " WHERE id = ? AND state = 'PROCESSING'",
                message.replace("\0", ""),
                stream.value()));
  }

  /** A stream's stored place, see {@link StreamWriter#place}. */
  public Optional<String> place(StreamId stream) {
    return withPlaces(stream, Places::load);
  }

  /**
   * Replaces a stream's stored place while nothing writes it.
   *
   * @param place empty to forget it
   */
  public void replacePlace(StreamId stream, Optional<String> place) {
    withPlaces(
        stream,
        (session, row) -> {
          Places.replace(session, row, place);
          return null;
        });
  }

  private interface PlaceWork<T> {
    T run(Session session, ReplicationStream stream) throws SQLException;
  }

  private <T> T withPlaces(StreamId stream, PlaceWork<T> work) {
    SchemaCreation.ensureBookkeeping(database);
    ReplicationStream row = require(stream);
    return database.call(
        "Accessing the stored place of stream " + stream, session -> work.run(session, row));
  }

  private ReplicationStream require(StreamId stream) {
    return find(stream)
        .orElseThrow(
            () ->
                new StorageException(
                    Kind.CONFIGURATION, "powersync.sync_rules has no stream " + stream + "."));
  }

  private Optional<ReplicationStream> newest(String condition) {
    return database.call(READING, session -> StreamRows.select(session, condition)).stream()
        .findFirst();
  }
}
