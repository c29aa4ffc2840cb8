package io.convexpowersync.events;

/**
 * A place in the order of everything that the log topic holds.
 *
 * <p>A delta has {@code (commit timestamp, 0)}. Rows of a snapshot and truncates have {@code
 * (pinned timestamp, seq >= 1)}: they come after the commit with that timestamp, and snapshots or
 * truncates at the same timestamp take increasing {@code seq}. A document's own commit timestamp
 * never orders anything, because a snapshot row's may be years old.
 *
 * @param ts timestamp in nanoseconds since the Unix epoch, as Convex assigns it
 * @param seq 0 for a commit, otherwise the number of the snapshot or truncate at that timestamp
 */
public record Position(long ts, long seq) implements Comparable<Position> {
  /** Before everything. */
  public static final Position ZERO = new Position(0, 0);

  public Position {
    if (ts < 0 || seq < 0) {
      throw new IllegalArgumentException("A position is never negative: (" + ts + ", " + seq + ")");
    }
  }

  /** The position of the commit with the given timestamp (ns). */
  public static Position ofCommit(long ts) {
    return new Position(ts, 0);
  }

  /** The next snapshot or truncate at the same timestamp. */
  public Position nextSeq() {
    return new Position(ts, seq + 1);
  }

  public boolean isAfter(Position other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Position other) {
    int byTime = Long.compare(ts, other.ts);
    return byTime != 0 ? byTime : Long.compare(seq, other.seq);
  }

  @Override
  public String toString() {
    return seq == 0 ? Long.toString(ts) : ts + "/" + seq;
  }
}
