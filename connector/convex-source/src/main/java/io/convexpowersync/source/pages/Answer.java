package io.convexpowersync.source.pages;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.TableId;
import java.util.List;

/** What comes of a {@link Job}, in the order in which it was sent. */
sealed interface Answer {
  /** Bytes of memory, roughly. */
  default long bytes() {
    return 0;
  }

  /** Whether it closes a page. */
  default boolean isPageEnd() {
    return false;
  }

  /** A part of a page. */
  record Rows(List<ConvexDocument> rows, @Override long bytes) implements Answer {}

  /** A page of a snapshot is complete. */
  record SnapshotEnd(SnapshotPageEnd end) implements Answer {
    @Override
    public boolean isPageEnd() {
      return true;
    }
  }

  /** A page of the log is complete. */
  record DeltaEnd(DeltaPageEnd end) implements Answer {
    @Override
    public boolean isPageEnd() {
      return true;
    }
  }

  record Name(String name) implements Answer {}

  /** The newest timestamp (ns). */
  record Head(long ts) implements Answer {}

  /** The newest timestamp (ns), and the tables that existed after it was read. */
  record Discovered(long head, List<TableId> tables) implements Answer {}

  record Tables(List<TableId> tables) implements Answer {}

  /** The job ended early; what was answered before it is good. */
  record Failed(RuntimeException failure) implements Answer {}
}
