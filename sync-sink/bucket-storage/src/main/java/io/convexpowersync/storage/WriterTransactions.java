package io.convexpowersync.storage;

import java.sql.SQLException;

/** The database transactions of a writer, for what needs several. */
interface WriterTransactions {
  /** Work inside a transaction. */
  interface Work {
    void run() throws SQLException;
  }

  /** Begins one; fails when the stream is no longer this writer's. */
  void startTransaction() throws SQLException;

  void commitTransaction();

  /** Runs work in one, and rolls it back when the work fails. */
  void run(Work work) throws SQLException;
}
