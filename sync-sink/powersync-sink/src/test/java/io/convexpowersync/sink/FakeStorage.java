package io.convexpowersync.sink;

import io.convexpowersync.storage.CommitResult;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.OpId;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.RowOrder;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.storage.WriteTransaction;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.SyncStreams;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A stream in memory with the transactions of the real one: what is not committed is gone when the
 * writer is. Commits can be made to fail before or after they took effect.
 */
final class FakeStorage implements StreamSource {
  /** What a commit does besides committing. */
  enum Fault {
    NONE,
    FAIL_BEFORE,
    FAIL_AFTER
  }

  private final SyncStreams streams;
  private final Supplier<Fault> faults;
  private final Consumer<FakeStorage> onPublication;

  /** Committed rows: {@code table/id} to row data. */
  TreeMap<String, String> rows = new TreeMap<>();

  Optional<String> place = Optional.empty();
  Optional<Lsn> published = Optional.empty();
  boolean snapshotDone;
  ReplicationStream.State state = ReplicationStream.State.PROCESSING;
  long checkpoint;
  int commits;

  /** Rows that were put with other data than before, and rows removed. */
  int writes;

  int removals;
  Set<String> preparedTables = Set.of();

  FakeStorage(SyncStreams streams, Supplier<Fault> faults, Consumer<FakeStorage> onPublication) {
    this.streams = streams;
    this.faults = faults;
    this.onPublication = onPublication;
  }

  @Override
  public OpenStream open(Optional<StreamId> again) {
    return new OpenStream(new Writer(), streams);
  }

  @Override
  public Optional<Lsn> servedLsn() {
    return Optional.empty();
  }

  private final class Writer implements StreamWriter {
    @Override
    public ReplicationStream stream() {
      return new ReplicationStream(
          new StreamId(1),
          state,
          "powersync_1_0000",
          2,
          "",
          Optional.empty(),
          snapshotDone,
          Optional.of(new OpId(checkpoint)),
          published);
    }

    @Override
    public Optional<String> place() {
      return place;
    }

    @Override
    public void prepareSnapshot(Collection<String> tables) {
      preparedTables = Set.copyOf(tables);
    }

    @Override
    public WriteTransaction begin() {
      return new Transaction();
    }

    @Override
    public void keepalive() {
      // No lease here.
    }

    @Override
    public void reportFatalError(String message) {
      // Nobody reads it here.
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private final class Transaction implements WriteTransaction {
    private final TreeMap<String, String> staged = new TreeMap<>(rows);
    private final Set<String> touched = new HashSet<>();
    private final List<Predicate<String>> others = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();
    private boolean publishes;

    @Override
    public void upsert(String table, String id, Evaluation evaluation) {
      touched.add(table + "/" + id);
      staged.put(table + "/" + id, evaluation.buckets().get(0).data());
    }

    @Override
    public void delete(String table, String id) {
      staged.remove(table + "/" + id);
    }

    @Override
    public void snapshotRow(String table, String id, Evaluation evaluation) {
      if (!preparedTables.contains(table)) {
        throw new IllegalStateException("A snapshot of " + table + " was not prepared");
      }
      upsert(table, id, evaluation);
    }

    @Override
    public void removeOthers(String table, Optional<String> after, Optional<String> upTo) {
      others.add(
          key ->
              key.startsWith(table + "/")
                  && after.stream().allMatch(id -> RowOrder.compare(key.substring(2), id) > 0)
                  && upTo.stream().allMatch(id -> RowOrder.compare(key.substring(2), id) <= 0));
    }

    @Override
    public void snapshotEnded() {
      effects.add(() -> preparedTables = Set.of());
    }

    @Override
    public void tableSnapshotProgress(String table, long count) {
      // Diagnostics only.
    }

    @Override
    public void tableSnapshotDone(String table, Lsn pin) {
      // Diagnostics only.
    }

    @Override
    public void snapshotDone(Lsn pin) {
      effects.add(() -> snapshotDone = true);
    }

    @Override
    public void savePlace(String text) {
      effects.add(() -> place = Optional.of(text));
    }

    @Override
    public void publish(Lsn lsn, boolean freshOpId, boolean activate) {
      if (!snapshotDone && effects.isEmpty()) {
        throw new IllegalStateException("Published before the snapshot was complete");
      }
      if (published.isPresent() && published.get().equals(lsn) && !freshOpId) {
        throw new IllegalStateException("Clients do not notice an unchanged checkpoint");
      }
      publishes = true;
      effects.add(
          () -> {
            published = Optional.of(lsn);
            checkpoint++;
            if (activate) {
              state = ReplicationStream.State.ACTIVE;
            }
          });
    }

    @Override
    public CommitResult commit() {
      removeOthers();
      Fault fault = faults.get();
      if (fault == Fault.FAIL_BEFORE) {
        throw new StorageException(StorageException.Kind.TRANSIENT, "failed before the commit");
      }
      staged.forEach((key, data) -> writes += data.equals(rows.get(key)) ? 0 : 1);
      rows = staged;
      commits++;
      effects.forEach(Runnable::run);
      if (publishes) {
        onPublication.accept(FakeStorage.this);
      }
      if (fault == Fault.FAIL_AFTER) {
        throw new StorageException(StorageException.Kind.TRANSIENT, "failed behind the commit");
      }
      return new CommitResult(
          0, 0, publishes ? Optional.of(new OpId(checkpoint)) : Optional.empty(), false);
    }

    /** Each in a transaction of its own. */
    private void removeOthers() {
      for (Predicate<String> range : others) {
        for (String key : List.copyOf(rows.keySet())) {
          if (range.test(key) && !touched.contains(key)) {
            if (faults.get() != Fault.NONE) {
              throw new StorageException(StorageException.Kind.TRANSIENT, "failed while removing");
            }
            rows.remove(key);
            staged.remove(key);
            removals++;
          }
        }
      }
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
