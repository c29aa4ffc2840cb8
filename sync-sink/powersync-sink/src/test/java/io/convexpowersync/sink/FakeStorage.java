package io.convexpowersync.sink;

import io.convexpowersync.storage.CommitResult;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.OpId;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.ReplicationStream.State;
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
 * Streams in memory with the transactions of the real ones: what is not committed is gone when the
 * writer is, and a writer that was replaced is fenced. Commits can be made to fail before or after
 * they took effect. Holds one deployed stream at the start.
 */
final class FakeStorage implements StreamSource {
  /** What a commit does besides committing. */
  enum Fault {
    NONE,
    FAIL_BEFORE,
    FAIL_AFTER
  }

  /** What is committed of a stream. */
  static final class Stream {
    final StreamId id;

    /** {@code table/id} to row data. */
    TreeMap<String, String> rows = new TreeMap<>();

    Optional<String> place = Optional.empty();
    Optional<Lsn> published = Optional.empty();
    State state = State.PROCESSING;
    long checkpoint;
    int commits;

    /** Rows that were put with other data than before, and rows removed. */
    int writes;

    int removals;
    private final Set<String> preparedTables = new HashSet<>();
    private boolean snapshotDone;
    private Writer writer;

    Stream(int id) {
      this.id = new StreamId(id);
    }
  }

  private final SyncStreams plan;
  private final Supplier<Fault> faults;
  private final Consumer<Stream> onPublication;
  private final List<Stream> streams = new ArrayList<>();
  private int processes;

  FakeStorage(SyncStreams plan, Supplier<Fault> faults, Consumer<Stream> onPublication) {
    this.plan = plan;
    this.faults = faults;
    this.onPublication = onPublication;
    deploy();
  }

  /** The storage as a process sees it that holds the leases until another one starts. */
  StreamSource process() {
    int mine = ++processes;
    return new StreamSource() {
      @Override
      public OpenStream open(Optional<StreamId> wanted) {
        if (mine != processes) {
          throw replaced();
        }
        return FakeStorage.this.open(wanted);
      }

      @Override
      public Optional<Lsn> servedLsn() {
        return FakeStorage.this.servedLsn();
      }

      @Override
      public Optional<StreamId> processing() {
        return FakeStorage.this.processing();
      }

      @Override
      public Optional<StreamId> replacement(StreamId lost, boolean onlyIfStopped) {
        return FakeStorage.this.replacement(lost, onlyIfStopped);
      }
    };
  }

  /** As the service does: what was being built is stopped. */
  void deploy() {
    in(State.PROCESSING).ifPresent(stream -> stream.state = State.STOP);
    streams.add(new Stream(streams.size() + 1));
  }

  /** The newest stream. */
  Stream newest() {
    return streams.get(streams.size() - 1);
  }

  /** The stream that clients see. */
  Optional<Stream> visible() {
    return in(State.ACTIVE);
  }

  private Optional<Stream> in(State state) {
    return streams.stream().filter(stream -> stream.state == state).findFirst();
  }

  @Override
  public OpenStream open(Optional<StreamId> wanted) {
    Stream stream =
        wanted
            .map(id -> streams.get(id.value() - 1))
            .or(this::visible)
            .or(() -> in(State.PROCESSING))
            .orElseThrow();
    if (stream.state == State.STOP) {
      throw replaced();
    }
    return new OpenStream(new Writer(stream), plan);
  }

  private static StorageException replaced() {
    return new StorageException(StorageException.Kind.FENCED, "another stream or writer");
  }

  @Override
  public Optional<Lsn> servedLsn() {
    return visible().flatMap(stream -> stream.published);
  }

  @Override
  public Optional<StreamId> processing() {
    return in(State.PROCESSING).map(stream -> stream.id);
  }

  @Override
  public Optional<StreamId> replacement(StreamId lost, boolean onlyIfStopped) {
    boolean written = streams.get(lost.value() - 1).state != State.STOP;
    return written && onlyIfStopped
        ? Optional.empty()
        : processing().or(() -> visible().map(s -> s.id)).filter(id -> !id.equals(lost));
  }

  private final class Writer implements StreamWriter {
    private final Stream stream;

    Writer(Stream stream) {
      this.stream = stream;
      stream.writer = this;
    }

    @Override
    public ReplicationStream stream() {
      return new ReplicationStream(
          stream.id,
          stream.state,
          "powersync_1_0000",
          2,
          "",
          Optional.empty(),
          stream.snapshotDone,
          Optional.of(new OpId(stream.checkpoint)),
          stream.published);
    }

    @Override
    public Optional<String> place() {
      return stream.place;
    }

    @Override
    public void prepareSnapshot(Collection<String> tables) {
      fence();
      stream.preparedTables.addAll(tables);
    }

    @Override
    public WriteTransaction begin() {
      return new Transaction(this);
    }

    @Override
    public void keepalive() {
      fence();
    }

    private void fence() {
      if (stream.writer != this || stream.state == State.STOP) {
        throw replaced();
      }
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
    private final Writer writer;
    private final Stream stream;
    private final TreeMap<String, String> staged;
    private final Set<String> touched = new HashSet<>();
    private final List<Predicate<String>> others = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();
    private boolean publishes;
    private boolean activates;

    Transaction(Writer writer) {
      this.writer = writer;
      this.stream = writer.stream;
      this.staged = new TreeMap<>(stream.rows);
    }

    @Override
    public void upsert(String table, String id, Evaluation evaluation) {
      touched.add(table + "/" + id);
      staged.put(table + "/" + id, evaluation.buckets().get(0).data().text());
    }

    @Override
    public void delete(String table, String id) {
      staged.remove(table + "/" + id);
    }

    @Override
    public void snapshotRow(String table, String id, Evaluation evaluation) {
      if (!stream.preparedTables.contains(table)) {
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
      // What was remembered only saves work.
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
      effects.add(() -> stream.snapshotDone = true);
    }

    @Override
    public void savePlace(String text) {
      effects.add(() -> stream.place = Optional.of(text));
    }

    @Override
    public void publish(Lsn lsn, boolean freshOpId, boolean activate) {
      if (!stream.snapshotDone && effects.isEmpty()) {
        throw new IllegalStateException("Published before the snapshot was complete");
      }
      if (stream.published.equals(Optional.of(lsn)) && !freshOpId && !activate) {
        throw new IllegalStateException("Clients do not notice an unchanged checkpoint");
      }
      publishes = true;
      activates = activate;
      effects.add(
          () -> {
            stream.published = Optional.of(lsn);
            stream.checkpoint++;
          });
    }

    @Override
    public CommitResult commit() {
      writer.fence();
      removeOthers();
      Fault fault = faults.get();
      if (fault == Fault.FAIL_BEFORE) {
        throw new StorageException(StorageException.Kind.TRANSIENT, "failed before the commit");
      }
      staged.forEach((key, data) -> stream.writes += data.equals(stream.rows.get(key)) ? 0 : 1);
      stream.rows = staged;
      stream.commits++;
      effects.forEach(Runnable::run);
      if (activates) {
        visible().ifPresent(old -> old.state = State.STOP);
        stream.state = State.ACTIVE;
      }
      if (publishes) {
        onPublication.accept(stream);
      }
      if (fault == Fault.FAIL_AFTER) {
        throw new StorageException(StorageException.Kind.TRANSIENT, "failed behind the commit");
      }
      return new CommitResult(
          0, 0, publishes ? Optional.of(new OpId(stream.checkpoint)) : Optional.empty(), activates);
    }

    /** Each in a transaction of its own. */
    private void removeOthers() {
      for (Predicate<String> range : others) {
        for (String key : List.copyOf(stream.rows.keySet())) {
          if (range.test(key) && !touched.contains(key)) {
            if (faults.get() != Fault.NONE) {
              throw new StorageException(StorageException.Kind.TRANSIENT, "failed while removing");
            }
            stream.rows.remove(key);
            staged.remove(key);
            stream.removals++;
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
