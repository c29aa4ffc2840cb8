package io.convexpowersync.benchmarks.pipeline;

import io.convexpowersync.storage.StreamId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What the database alone takes to hold the same rows: the two tables that a build fills, copied
 * out and in again, into empty tables with the same indexes, in one transaction each.
 */
final class CopyYardstick {
  private static final List<String> TABLES = List.of("bucket_data", "current_data");

  private final Connection connection;
  private final StreamId stream;

  CopyYardstick(Connection connection, StreamId stream) {
    this.connection = connection;
    this.stream = stream;
  }

  /** Copies out, then measures copying in. */
  CpuTime run(CpuMeter meter) throws SQLException, IOException {
    CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
    Path directory = Files.createTempDirectory("copy-yardstick");
    try {
      for (String table : TABLES) {
        execute("DROP TABLE IF EXISTS public.copied_" + table);
        execute(
            "CREATE TABLE public.copied_%1$s (LIKE powersync.%1$s INCLUDING ALL)".formatted(table));
        try (OutputStream out = Files.newOutputStream(directory.resolve(table))) {
          copy.copyOut(
              "COPY (SELECT * FROM powersync.%s WHERE group_id = %s) TO STDOUT (FORMAT binary)"
                  .formatted(table, stream),
              out);
        }
      }
      CpuTime start = meter.now();
      for (String table : TABLES) {
        try (InputStream in = Files.newInputStream(directory.resolve(table))) {
          copy.copyIn("COPY public.copied_" + table + " FROM STDIN (FORMAT binary)", in);
        }
      }
      return meter.now().since(start);
    } finally {
      for (String table : TABLES) {
        Files.deleteIfExists(directory.resolve(table));
        execute("DROP TABLE IF EXISTS public.copied_" + table);
      }
      Files.delete(directory);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
