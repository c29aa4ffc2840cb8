package io.convexpowersync.emulator;

import java.util.function.Consumer;

/**
 * An import under way that replaces one table, as {@code npx convex import --replace} and the
 * restore of a backup do. Its rows go to a hidden table of the same name, which the export shows at
 * once; at the end that table takes the place of the old one, which leaves no tombstones.
 */
public final class TableImport {
  private final DocumentStore store;
  private final Table hidden;
  private boolean ended;

  TableImport(DocumentStore store, Table hidden) {
    this.store = store;
    this.hidden = hidden;
  }

  /** Commits rows of the new table, and returns the new head. */
  public long write(Consumer<DocumentTransaction> rows) {
    requireUnderWay();
    return store.commitHidden(hidden, rows);
  }

  /** Puts the new table in the old one's place, and returns the new head. */
  public long finish() {
    end();
    return store.activate(hidden);
  }

  /** Gives up: what has been exported of the new table stays without tombstones. */
  public long fail() {
    end();
    return store.drop(hidden);
  }

  private void end() {
    requireUnderWay();
    ended = true;
  }

  private void requireUnderWay() {
    if (ended) {
      throw new IllegalStateException("The import of " + hidden.path + " has ended");
    }
  }
}
