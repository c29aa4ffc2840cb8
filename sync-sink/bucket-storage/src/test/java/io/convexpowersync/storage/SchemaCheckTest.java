package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaCheckTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  @Test
  void acceptsAMigratedSchema() {
    database.openWithSchema().close();
    try (BucketStorage storage = database.open()) {
      assertThatCode(storage::checkSchema).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesADatabaseWithoutSchema() {
    assertRefused().hasMessageContaining("migrate up").hasMessageContaining("schema.mode=create");
  }

  @Test
  void refusesAnOlderSchema() {
    database.openWithSchema().close();
    database.execute("UPDATE powersync.migrations SET last_run = '1771491856000-sync-plan'");
    assertRefused().hasMessageContaining("older").hasMessageContaining("migrate up");
  }

  @Test
  void refusesANewerSchemaUnlessItIsAccepted() {
    database.openWithSchema().close();
    database.execute("UPDATE powersync.migrations SET last_run = '1799999999999-next'");
    assertRefused().hasMessageContaining("1799999999999-next");

    StorageConfig config = database.config().withAcceptedMigrations(Set.of("1799999999999-next"));
    try (BucketStorage storage = BucketStorage.open(config)) {
      assertThatCode(storage::checkSchema).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesAMissingColumn() {
    database.openWithSchema().close();
    database.execute("ALTER TABLE powersync.sync_rules DROP COLUMN sync_plan");
    assertRefused().hasMessageContaining("powersync.sync_rules.sync_plan is missing");
  }

  @Test
  void refusesAColumnOfAnotherType() {
    database.openWithSchema().close();
    database.execute("ALTER TABLE powersync.bucket_data ALTER COLUMN data TYPE json USING NULL");
    assertRefused().hasMessageContaining("powersync.bucket_data.data is json, needed is text");
  }

  @Test
  void refusesAMandatoryColumnThatItDoesNotKnow() {
    database.openWithSchema().close();
    database.execute("ALTER TABLE powersync.bucket_data ADD COLUMN size integer NOT NULL");
    assertRefused().hasMessageContaining("powersync.bucket_data.size is mandatory");
  }

  @Test
  void toleratesAnOptionalColumnThatItDoesNotKnow() {
    database.openWithSchema().close();
    database.execute(
        "ALTER TABLE powersync.bucket_data ADD COLUMN size integer DEFAULT 0 NOT NULL");
    try (BucketStorage storage = database.open()) {
      assertThatCode(storage::checkSchema).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesStorageVersion3() {
    try (BucketStorage storage = database.openWithSchema()) {
      storage.streams().deploy("config", Rows.PLAN);
    }
    database.execute("UPDATE powersync.sync_rules SET storage_version = 3");
    assertRefused()
        .hasMessageContaining("storage version 3")
        .hasMessageContaining("supported is 2");
  }

  @Test
  void refusesAStreamWithoutPlan() {
    try (BucketStorage storage = database.openWithSchema()) {
      storage.streams().deploy("config", Rows.PLAN);
    }
    database.execute("UPDATE powersync.sync_rules SET sync_plan = NULL");
    assertRefused().hasMessageContaining("no compiled plan");
  }

  @Test
  void refusesAPlanThatIsTooNew() {
    try (BucketStorage storage = database.openWithSchema()) {
      storage.streams().deploy("config", Rows.PLAN.replace("\"version\": 1", "\"version\": 3"));
    }
    assertRefused().hasMessageContaining("sync config of stream 1").hasMessageContaining("version");
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    try (BucketStorage storage = database.open()) {
      return assertThatThrownBy(storage::checkSchema)
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
    }
  }
}
