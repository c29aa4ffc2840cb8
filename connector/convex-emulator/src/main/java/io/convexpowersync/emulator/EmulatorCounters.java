package io.convexpowersync.emulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a deployment has been asked and has served since it started. Thread-safe. */
public final class EmulatorCounters {
  private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
  private final LongAdder snapshotDocuments = new LongAdder();
  private final LongAdder deltaDocuments = new LongAdder();
  private final LongAdder snapshotWalks = new LongAdder();
  private final LongAdder dataSyncEntries = new LongAdder();
  private final LongAdder ignoredSelections = new LongAdder();

  EmulatorCounters() {}

  /** Requests to a path, failed ones included. */
  public long requests(String path) {
    LongAdder count = requests.get(path);
    return count == null ? 0 : count.sum();
  }

  /** Requests by path. */
  public Map<String, Long> requests() {
    Map<String, Long> counts = new TreeMap<>();
    requests.forEach((path, count) -> counts.put(path, count.sum()));
    return counts;
  }

  /** Documents in answers of {@code list_snapshot}. */
  public long snapshotDocuments() {
    return snapshotDocuments.sum();
  }

  /** Documents and tombstones in answers of {@code document_deltas}. */
  public long deltaDocuments() {
    return deltaDocuments.sum();
  }

  /**
   * How often {@code list_snapshot} was asked for something else than the page after the last one:
   * for that a real deployment scans its log since the snapshot.
   */
  public long snapshotWalks() {
    return snapshotWalks.sum();
  }

  /** Documents and tombstones in answers of {@code data/sync}. */
  public long dataSyncEntries() {
    return dataSyncEntries.sum();
  }

  /** Requests with a selection that was ignored, so that everything was exported. */
  public long ignoredSelections() {
    return ignoredSelections.sum();
  }

  void countRequest(String path) {
    requests.computeIfAbsent(path, key -> new LongAdder()).increment();
  }

  void countSnapshotDocuments(int count) {
    snapshotDocuments.add(count);
  }

  void countDeltaDocuments(int count) {
    deltaDocuments.add(count);
  }

  void countSnapshotWalk() {
    snapshotWalks.increment();
  }

  void countDataSyncEntries(int count) {
    dataSyncEntries.add(count);
  }

  void countIgnoredSelection() {
    ignoredSelections.increment();
  }
}
