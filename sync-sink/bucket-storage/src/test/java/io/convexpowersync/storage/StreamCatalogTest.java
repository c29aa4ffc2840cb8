package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.in;
import static io.convexpowersync.storage.Rows.lookup;
import static io.convexpowersync.storage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.storage.ReplicationStream.State;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamCatalogTest {
  private static final List<String> DATA_TABLES =
      List.of("bucket_data", "bucket_parameters", "current_data", "source_tables");

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private final StreamCatalog streams = storage.streams();

  @AfterEach
  void close() throws SQLException {
    storage.close();
    database.close();
  }

  @Test
  void deploysAsTheServiceDoes() {
    StreamId id = streams.deploy("streams: {}\n", Rows.PLAN);

    ReplicationStream stream = streams.find(id).orElseThrow();
    assertThat(stream.state()).isEqualTo(State.PROCESSING);
    assertThat(stream.content()).isEqualTo("streams: {}\n");
    assertThat(stream.plan()).contains(Rows.PLAN);
    assertThat(stream.storageVersion()).isEqualTo(2);
    assertThat(stream.slotName()).matches("powersync_1_[0-9a-f]{4}");
    assertThat(stream.snapshotDone()).isFalse();
    assertThat(stream.checkpoint()).isEmpty();
    assertThat(stream.lsn()).isEmpty();
    assertThat(streams.processing()).contains(stream);
    assertThat(streams.active()).isEmpty();
  }

  @Test
  void deploysBucketDefinitionsWithoutAPlan() {
    CompiledSyncConfig config =
        CompiledSyncConfig.of(
            "test", "bucket_definitions: {b: {data: [SELECT _id AS id FROM lists]}}\n");

    StreamId id = streams.deploy(config);

    assertThat(streams.find(id).orElseThrow().plan()).isEmpty();
    assertThat(streams.deployedAs(config)).map(ReplicationStream::id).contains(id);
    storage.openWriter(id, "test").close();
  }

  @Test
  void refusesToWriteStreamsOfEdition2() {
    database.execute(
        "INSERT INTO powersync.sync_rules (id, content, state, slot_name, storage_version)"
            + " VALUES (1, 'config: {edition: 2}\nstreams: {s: {query: SELECT _id AS id FROM t}}',"
            + " 'PROCESSING', 'powersync_1_abcd', 2)");

    assertThatThrownBy(() -> storage.openWriter(new StreamId(1), "test"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Streams of edition 2 are not supported")
        .hasMessageContaining("edition: 3");
  }

  @Test
  void knowsWhatIsDeployedAlready() {
    CompiledSyncConfig config =
        CompiledSyncConfig.of(
            "test", "config: {edition: 3}\nstreams: {s: {query: SELECT _id AS id FROM lists}}\n");
    assertThat(streams.deployedAs(config)).isEmpty();

    StreamId id = streams.deploy(config);
    assertThat(streams.deployedAs(config)).map(ReplicationStream::id).contains(id);

    streams.deploy("another", Rows.PLAN);
    assertThat(streams.deployedAs(config)).isEmpty();
  }

  @Test
  void stopsAnUnfinishedStreamWithTheNextDeployment() {
    StreamId first = streams.deploy("first", Rows.PLAN);
    StreamId second = streams.deploy("second", Rows.PLAN);
    assertThat(streams.list())
        .extracting(ReplicationStream::id, ReplicationStream::state)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(first, State.STOP),
            org.assertj.core.groups.Tuple.tuple(second, State.PROCESSING));
  }

  @Test
  void deploysNothingWhenThePlanIsNotJson() {
    streams.deploy("first", Rows.PLAN);
    assertThatThrownBy(() -> streams.deploy("second", "{")).isInstanceOf(StorageException.class);
    assertThat(streams.processing().orElseThrow().content()).isEqualTo("first");
  }

  @Test
  void clearsAStoppedStreamAndNothingElse() {
    StreamId first = streams.deploy("first", Rows.PLAN);
    fill(first);
    StreamId second = streams.deploy("second", Rows.PLAN);
    fill(second);

    assertThat(streams.clear(first, "test")).isTrue();

    assertThat(streams.find(first).orElseThrow().state()).isEqualTo(State.TERMINATED);
    assertThat(streams.place(first)).isEmpty();
    assertThat(streams.place(second)).contains("place");
    for (String table : DATA_TABLES) {
      assertThat(database.query("SELECT DISTINCT group_id FROM powersync." + table))
          .as(table)
          .containsExactly(second.toString());
    }
    assertThat(database.query("SELECT * FROM powersync.locks")).isEmpty();
    assertThat(streams.clear(first, "test")).as("again").isTrue();
  }

  @Test
  void clearsWhatAReplicatorOfStorageVersion3Left() {
    StreamId first = streams.deploy("first", Rows.PLAN);
    streams.deploy("second", Rows.PLAN);
    database.execute("CREATE TABLE powersync.v3_current_data (group_id integer NOT NULL)");
    database.execute("INSERT INTO powersync.v3_current_data VALUES (1), (2)");

    assertThat(streams.clear(first, "test")).isTrue();
    assertThat(database.query("SELECT * FROM powersync.v3_current_data")).containsExactly("2");
  }

  @Test
  void leavesAStreamThatIsStillHeld() {
    StreamId first = streams.deploy("first", Rows.PLAN);
    fill(first);
    try (StreamWriter writer = storage.openWriter(first, "other")) {
      streams.deploy("second", Rows.PLAN);
      assertThat(streams.clear(first, "test")).isFalse();
      assertThat(writer.place()).contains("place");
    }
    assertThat(streams.clear(first, "test")).isTrue();
  }

  @Test
  void refusesToClearALiveStream() {
    StreamId stream = streams.deploy("first", Rows.PLAN);
    assertThatThrownBy(() -> streams.clear(stream, "test")).hasMessageContaining("PROCESSING");
  }

  @Test
  void replacesAStoredPlace() {
    StreamId stream = streams.deploy("first", Rows.PLAN);
    assertThat(streams.place(stream)).isEmpty();
    streams.replacePlace(stream, Optional.of("elsewhere"));
    assertThat(streams.place(stream)).contains("elsewhere");
    try (StreamWriter writer = storage.openWriter(stream, "test")) {
      assertThat(writer.place()).contains("elsewhere");
    }
    streams.replacePlace(stream, Optional.empty());
    assertThat(streams.place(stream)).isEmpty();
  }

  @Test
  void keepsItsBookkeepingInASchemaThatOneCommandRemoves() {
    StreamId stream = streams.deploy("first", Rows.PLAN);
    fill(stream);
    database.execute("DROP SCHEMA convex_powersync CASCADE");

    assertThat(streams.place(stream)).isEmpty();
    try (StreamWriter writer = storage.openWriter(stream, "test")) {
      assertThat(writer.place()).isEmpty();
    }
    assertThat(database.one("SELECT count(*) FROM powersync.bucket_data")).isEqualTo("1");
  }

  private void fill(StreamId stream) {
    try (StreamWriter writer = storage.openWriter(stream, "test");
        WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t1", in(row(stream + "#all|0[]", "todos", "t1", "{}")));
      transaction.upsert(
          "members",
          "m1",
          new Evaluation(List.of(), List.of(lookup("u1", "[{\"0\":1}]")), List.of()));
      transaction.savePlace("place");
      transaction.commit();
    }
  }
}
