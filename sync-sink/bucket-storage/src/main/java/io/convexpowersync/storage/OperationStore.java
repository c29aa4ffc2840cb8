package io.convexpowersync.storage;

import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.SQLException;

/** Appends to {@code bucket_data} and {@code bucket_parameters} of one stream. */
final class OperationStore {
  /** The numbers one by one only where other streams have drawn some in between. */
  private static final String ALLOCATE =
      """
      SELECT min(v), CASE WHEN max(v) - min(v) >= count(*) THEN array_agg(v) END
      FROM (SELECT nextval('powersync.op_id_sequence') AS v
            FROM generate_series(1, ?)) AS numbers
      """;

  private static final String LAST =
      "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM powersync.op_id_sequence";

  private static final String COPY_DATA =
      """
      COPY powersync.bucket_data (group_id, bucket_name, op_id, op, source_table, source_key,
        table_name, row_id, checksum, data)
      FROM STDIN (FORMAT binary)
      """;

  private static final String COPY_PARAMETERS =
      """
      COPY powersync.bucket_parameters (id, group_id, source_table, source_key, lookup,
        bucket_parameters)
      FROM STDIN (FORMAT binary)
      """;

  private static final byte[] PUT = "PUT".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REMOVE = "REMOVE".getBytes(StandardCharsets.US_ASCII);

  private final Session session;
  private final int group;

  OperationStore(Session session, StreamId stream) {
    this.session = session;
    this.group = stream.value();
  }

  /** The highest number that any stream has drawn so far; 0 if none. */
  long lastOpId() throws SQLException {
    return session.one(LAST, row -> row.getLong(1));
  }

  long freshOpId() throws SQLException {
    return session.one("SELECT nextval('powersync.op_id_sequence')", row -> row.getLong(1));
  }

  /**
   * Writes all operations, then all parameter rows.
   *
   * @return the highest number used; 0 if none
   */
  long append(ChangeLog log) throws SQLException {
    int count = log.size();
    if (count == 0) {
      return 0;
    }
    OpIds ids = allocate(count);
    copyOperations(log, ids);
    copyParameters(log, ids);
    return ids.last;
  }

  private void copyOperations(ChangeLog log, OpIds ids) throws SQLException {
    if (log.operations().isEmpty()) {
      return;
    }
    try (BinaryCopy copy = new BinaryCopy(session.copyIn(COPY_DATA))) {
      for (ChangeLog.Operation operation : log.operations()) {
        boolean put = operation.data() != null;
        copy.row(10);
        copy.int4(group);
        copy.text(operation.key().bucket());
        copy.int8(ids.next());
        copy.bytes(put ? PUT : REMOVE);
        copy.text(operation.row().table().id());
        copy.bytes(operation.row().key());
        copy.text(operation.key().table());
        copy.text(operation.key().id());
        copy.int8(operation.checksum());
        if (put) {
          copy.bytes(operation.data().utf8());
        } else {
          copy.nullField();
        }
      }
      copy.end();
    }
  }

  private void copyParameters(ChangeLog log, OpIds ids) throws SQLException {
    if (log.parameters().isEmpty()) {
      return;
    }
    try (BinaryCopy copy = new BinaryCopy(session.copyIn(COPY_PARAMETERS))) {
      for (ChangeLog.Parameter parameter : log.parameters()) {
        copy.row(6);
        copy.int8(ids.next());
        copy.int4(group);
        copy.text(parameter.row().table().id());
        copy.bytes(parameter.row().key());
        copy.bytes(parameter.lookup());
        copy.text(parameter.results());
      }
      copy.end();
    }
  }

  private OpIds allocate(int count) throws SQLException {
    return session.one(
        ALLOCATE,
        row -> {
          Array single = row.getArray(2);
          return new OpIds(row.getLong(1), single == null ? null : (Long[]) single.getArray());
        },
        count);
  }

  /** Numbers in ascending order. */
  private static final class OpIds {
    private final long first;
    private final Long[] all;
    private int used;
    private long last;

    /**
     * @param all null: they follow one another
     */
    OpIds(long first, Long[] all) {
      this.first = first;
      this.all = all;
    }

    long next() {
      last = all == null ? first + used : all[used];
      used++;
      return last;
    }
  }
}
