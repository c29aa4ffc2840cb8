package io.convexpowersync.source.records;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The records of one {@code poll}, with the rule for offsets: a record carries the newest offset
 * that is reached when it and everything before it has been written. Of what leads to one offset,
 * only the last record carries it, the others the offset before.
 *
 * <p>A record has the time of its commit, unless that is far in the future: brokers refuse records
 * more than an hour ahead of their clock ({@code message.timestamp.after.max.ms}), and that would
 * stop the task. Then it has the time of now; its content and headers say the commit's.
 */
public final class Batch {
  private static final long MOST_AHEAD_MS = 30 * 60_000;

  private final Map<String, ?> partition;
  private final long nowMs;
  private final List<Entry> entries = new ArrayList<>();
  private final BitSet transactionEnds = new BitSet();
  private Map<String, Object> reached;
  private int newest = -1;

  /** A record with its source partition and offset. */
  private record Entry(Draft draft, Map<String, ?> partition, Map<String, Object> offset) {}

  /**
   * An empty batch.
   *
   * @param partition the source partition
   * @param reached the newest offset before the batch; null if there is none
   * @param nowMs the wall clock (ms since the Unix epoch)
   */
  public Batch(Map<String, ?> partition, Map<String, Object> reached, long nowMs) {
    this.partition = partition;
    this.reached = reached;
    this.nowMs = nowMs;
  }

  /** Adds records that do not lead to an offset yet. */
  public void add(List<Draft> drafts) {
    for (Draft draft : drafts) {
      newest = entries.size();
      entries.add(new Entry(draft, partition, reached));
    }
  }

  /** Adds a record that carries the offset of another source partition. */
  public void addApart(Draft draft, Map<String, ?> other, Map<String, Object> offset) {
    entries.add(new Entry(draft, other, offset));
  }

  /** Everything so far leads to this offset. Without any record, the next batch's carry it. */
  public void reached(Map<String, Object> offset) {
    reached = offset;
    if (newest >= 0) {
      entries.set(newest, new Entry(entries.get(newest).draft(), partition, offset));
    }
  }

  /** What was added so far need not be in one transaction with what follows. */
  public void transactionEnd() {
    if (!entries.isEmpty()) {
      transactionEnds.set(entries.size() - 1);
    }
  }

  /** The newest offset. */
  public Map<String, Object> offset() {
    return reached;
  }

  /**
   * The records.
   *
   * @param transactionEnd is told the last record of everything that must not be split
   */
  public List<SourceRecord> records(Consumer<SourceRecord> transactionEnd) {
    List<SourceRecord> records = new ArrayList<>(entries.size());
    entries.forEach(entry -> records.add(record(entry)));
    transactionEnds.stream().mapToObj(records::get).forEach(transactionEnd);
    return records;
  }

  private SourceRecord record(Entry entry) {
    Draft draft = entry.draft();
    return new SourceRecord(
        entry.partition(),
        entry.offset(),
        draft.topic(),
        draft.partition(),
        draft.key().schema(),
        draft.key(),
        draft.valueSchema(),
        draft.value(),
        draft.timestampMs() - nowMs > MOST_AHEAD_MS ? nowMs : draft.timestampMs(),
        draft.headers());
  }
}
