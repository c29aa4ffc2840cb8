package io.convexpowersync.storage;

import io.convexpowersync.storage.VerificationReport.Kind;
import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Checksums;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import io.convexpowersync.streams.SourceKey;
import io.convexpowersync.streams.SyncStreams;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * What a deployment's state should be in buckets and lookups, as hashes. What was found is taken
 * away; what is left is missing, and is named by evaluating the documents once more.
 */
final class ExpectedRows {
  /** Takes what one document produces. */
  private interface Visitor {
    void row(BucketRow row, long key);

    void lookup(LookupRow row, String document, long key);
  }

  private final SyncStreams plan;
  private final DeploymentState state;
  private final SourceTables tables;
  private final StorageLimits limits;
  private final Fingerprint fingerprint = new Fingerprint();
  private final HashTable rows = new HashTable();
  private final HashTable lookups = new HashTable();

  ExpectedRows(SyncStreams plan, DeploymentState state, SourceTables tables, StorageLimits limits) {
    this.plan = plan;
    this.state = state;
    this.tables = tables;
    this.limits = limits;
  }

  /** Key to hash of the row's data. */
  HashTable rows() {
    return rows;
  }

  /** Key to hash of the results. */
  HashTable lookups() {
    return lookups;
  }

  void evaluate() {
    visit(
        new Visitor() {
          @Override
          public void row(BucketRow row, long key) {
            rows.put(key, fingerprint.text(row.data().text()));
          }

          @Override
          public void lookup(LookupRow row, String document, long key) {
            lookups.put(key, fingerprint.text(row.bucketParameters()));
          }
        });
  }

  /** Names what was not taken away. */
  void reportMissing(Differences differences) {
    if (rows.isEmpty() && lookups.isEmpty()) {
      return;
    }
    visit(
        new Visitor() {
          @Override
          public void row(BucketRow row, long key) {
            if (rows.get(key) != 0) {
              rows.remove(key);
              differences.add(Kind.MISSING_ROW, row.bucket(), row.table() + "/" + row.id());
            }
          }

          @Override
          public void lookup(LookupRow row, String document, long key) {
            if (lookups.get(key) != 0) {
              lookups.remove(key);
              differences.add(
                  Kind.MISSING_LOOKUP, HexFormat.of().formatHex(row.lookup()), document);
            }
          }
        });
  }

  private void visit(Visitor visitor) {
    for (String table : state.tables()) {
      if (plan.selects(table)) {
        // A table that the writer never met has no id; then its rows are missing.
        String sourceTable = tables.find(table).map(SourceTable::id).orElse("");
        state.documents(
            table,
            (id, document, encoding) ->
                visit(table, sourceTable, id, plan.evaluate(table, document, encoding), visitor));
      }
    }
  }

  private void visit(
      String table, String sourceTable, String id, Evaluation evaluation, Visitor visitor) {
    Evaluation storable = storable(table, id, evaluation);
    if (!storable.buckets().isEmpty()) {
      String subkey = Checksums.subkey(sourceTable, id);
      for (BucketRow row : storable.buckets()) {
        visitor.row(row, fingerprint.row(row.bucket(), row.table(), row.id(), subkey));
      }
    }
    if (!storable.lookups().isEmpty()) {
      byte[] key = SourceKey.encode(id);
      for (LookupRow row : storable.lookups()) {
        visitor.lookup(row, table + "/" + id, fingerprint.lookup(row.lookup(), sourceTable, key));
      }
    }
  }

  private Evaluation storable(String table, String id, Evaluation evaluation) {
    try {
      return limits.storable(table, id, evaluation);
    } catch (SQLException e) {
      throw SqlFailures.translate("Verifying table " + table, e);
    }
  }
}
