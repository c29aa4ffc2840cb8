package io.convexpowersync.sink;

import io.convexpowersync.events.Change;
import io.convexpowersync.storage.WriteTransaction;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.SyncStreams;

/** Evaluates changed rows and adds the outcome to transactions. Not thread-safe. */
final class RowWriter {
  private final SyncStreams streams;
  private final RunningSnapshot snapshot;
  private final TransactionBudget budget;

  RowWriter(SyncStreams streams, RunningSnapshot snapshot, TransactionBudget budget) {
    this.streams = streams;
    this.snapshot = snapshot;
    this.budget = budget;
  }

  /**
   * @param ofSnapshot whether the row is of the running snapshot
   */
  void write(
      Change change, boolean ofSnapshot, WriteTransaction transaction, SinkProgress progress) {
    progress.writing(change);
    String table = change.table().table();
    if (change instanceof Change.Upsert upsert) {
      Evaluation evaluation = streams.evaluate(table, upsert.document(), DocumentEncoding.LOSSLESS);
      progress.evaluated(table, upsert.id(), evaluation.errors());
      if (ofSnapshot) {
        transaction.snapshotRow(table, upsert.id(), evaluation);
        snapshot.row(table, upsert.id());
      } else {
        transaction.upsert(table, upsert.id(), evaluation);
      }
      budget.add(evaluation);
    } else if (change instanceof Change.Delete delete) {
      transaction.delete(table, delete.id());
      budget.add(Evaluation.NOTHING);
    }
  }
}
