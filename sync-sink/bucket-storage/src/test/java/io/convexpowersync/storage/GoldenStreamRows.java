package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

/** Compares rows of {@code sync_rules}. */
final class GoldenStreamRows {
  private GoldenStreamRows() {}

  /**
   * @param head the position of the page that was just written, which we always publish; null if
   *     the step was no page
   */
  static void check(TestDatabase database, JsonNode golden, Lsn head) {
    JsonNode ours = row(database, golden.get("id").asInt());
    String state = golden.get("state").asText();
    assertThat(ours.get("state").asText()).isEqualTo(state);
    assertThat(ours.get("snapshot_done")).isEqualTo(golden.get("snapshot_done"));
    assertThat(ours.get("storage_version")).isEqualTo(golden.get("storage_version"));
    assertThat(ours.get("slot_name").asText()).matches("powersync_\\d+_[0-9a-f]{4}");
    assertThat(ours.get("keepalive_op")).isEqualTo(golden.get("keepalive_op"));
    assertThat(ours.get("last_fatal_error").isNull()).isTrue();
    if (!state.equals("PROCESSING")) {
      checkPublished(ours, golden, head);
    }
  }

  private static void checkPublished(JsonNode ours, JsonNode golden, Lsn head) {
    if (golden.get("state").asText().equals("ACTIVE")) {
      assertThat(ours.get("snapshot_lsn").isNull()).isTrue();
      assertThat(ours.get("no_checkpoint_before")).isEqualTo(golden.get("no_checkpoint_before"));
      assertThat(ours.get("last_checkpoint").asLong())
          .isGreaterThanOrEqualTo(golden.get("last_checkpoint").asLong());
      String lsn = (head == null ? golden.get("last_checkpoint_lsn").asText() : head.toString());
      assertThat(ours.get("last_checkpoint_lsn").asText()).isGreaterThanOrEqualTo(lsn);
      if (head != null) {
        assertThat(ours.get("last_checkpoint_lsn").asText()).isEqualTo(lsn);
      }
    } else {
      for (String column : new String[] {"last_checkpoint", "last_checkpoint_lsn"}) {
        assertThat(ours.get(column).isNull()).isEqualTo(golden.get(column).isNull());
      }
    }
  }

  private static JsonNode row(TestDatabase database, int stream) {
    try {
      return GoldenFiles.JSON.readTree(
          database.one(
              "SELECT row_to_json(s) FROM (SELECT state, snapshot_done, storage_version,"
                  + " slot_name, keepalive_op, last_fatal_error, snapshot_lsn,"
                  + " no_checkpoint_before, last_checkpoint, last_checkpoint_lsn"
                  + " FROM powersync.sync_rules WHERE id = "
                  + stream
                  + ") s"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
