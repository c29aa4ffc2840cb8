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
 */
public final class Batch {
  private final Map<String, ?> partition;
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
   */
  public Batch(Map<String, ?> partition, Map<String, Object> reached) {
    this.partition = partition;
    this.reached = reached;
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

  private static SourceRecord record(Entry entry) {
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
        draft.timestampMs(),
        draft.headers());
  }
}
