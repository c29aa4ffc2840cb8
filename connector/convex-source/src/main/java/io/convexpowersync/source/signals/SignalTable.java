package io.convexpowersync.source.signals;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.CommandReader;
import io.convexpowersync.source.stream.SnapshotCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Signals that are documents of one table, Debezium's channel {@code source}. A document is a
 * signal when it is written while the log is followed; one that a snapshot reads is not. Later
 * changes of it are none, of the newest {@value #REMEMBERED} documents.
 */
public final class SignalTable implements CommandReader {
  private static final int REMEMBERED = 1_000;

  private final TableId table;
  private final SignalReader reader;
  private final Map<String, Boolean> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * A table of signals.
   *
   * @param table which one
   * @param reader understands them
   */
  public SignalTable(TableId table, SignalReader reader) {
    this.table = table;
    this.reader = reader;
  }

  @Override
  public Optional<SnapshotCommand> read(Change change) {
    boolean written = change instanceof Change.Upsert upsert && !upsert.snapshot();
    if (!written || !change.table().equals(table)) {
      return Optional.empty();
    }
    Change.Upsert signal = (Change.Upsert) change;
    return seen.put(signal.id(), true) == null
        ? reader.read("table " + table, signal.document())
        : Optional.empty();
  }
}
