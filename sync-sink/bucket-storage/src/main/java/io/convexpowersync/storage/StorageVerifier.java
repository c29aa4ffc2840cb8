package io.convexpowersync.storage;

import io.convexpowersync.streams.SyncStreams;
import java.sql.SQLException;

/**
 * Compares what clients of the PowerSync Service see with the deployment that they should see.
 *
 * <p>It reads as clients do: checkpoint, bucket checksums, operations reduced to rows, parameter
 * lookups; and recomputes every checksum. What it expects, it evaluates from the documents. It
 * keeps two 64-bit hashes per row, so a million rows take about 50 MB.
 */
public final class StorageVerifier {
  private final Database database;

  StorageVerifier(Database database) {
    this.database = database;
  }

  /**
   * @param plan the stream's plan
   * @param checkpoint what to verify
   * @param state the deployment at the checkpoint's LSN
   * @throws StorageException if the storage cannot be read
   */
  public VerificationReport verify(SyncStreams plan, Checkpoint checkpoint, DeploymentState state) {
    try (Session session = database.connect()) {
      session.execute("SET default_transaction_isolation = 'repeatable read'");
      // Rolled back: asking whether a long key fits writes, and takes back, a row.
      session.begin();
      try {
        ExpectedRows expected =
            new ExpectedRows(
                plan,
                state,
                SourceTables.load(session, checkpoint.stream()),
                new StorageLimits(session, checkpoint.stream()));
        return new VerificationRun(session, new BucketReader(database), checkpoint, expected).run();
      } finally {
        session.rollback();
      }
    } catch (SQLException e) {
      throw SqlFailures.translate("Verifying stream " + checkpoint.stream(), e);
    }
  }
}
