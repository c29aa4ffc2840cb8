package io.convexpowersync.source.records;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.DocumentEncoding;
import io.convexpowersync.events.JsonDocuments;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.struct.StructTables;
import java.util.Map;

/** How the documents of table topics are written: {@code document.format}. */
public interface Documents {
  /** The encoding of a table's documents. */
  DocumentEncoding of(TableId table);

  /**
   * Is told the changes of a batch before any of them is written.
   *
   * @return offsets that have to be stored with the batch, by source partition
   */
  Map<Map<String, String>, Map<String, Object>> learn(Iterable<Change> changes);

  /** As JSON text. */
  static Documents json() {
    DocumentEncoding encoding = new JsonDocuments();
    return new Documents() {
      @Override
      public DocumentEncoding of(TableId table) {
        return encoding;
      }

      @Override
      public Map<Map<String, String>, Map<String, Object>> learn(Iterable<Change> changes) {
        return Map.of();
      }
    };
  }

  /** As structs. */
  static Documents structs(StructTables tables) {
    return new Documents() {
      @Override
      public DocumentEncoding of(TableId table) {
        return tables.of(table);
      }

      @Override
      public Map<Map<String, String>, Map<String, Object>> learn(Iterable<Change> changes) {
        return tables.learn(changes);
      }
    };
  }
}
