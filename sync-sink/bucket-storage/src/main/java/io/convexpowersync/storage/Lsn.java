package io.convexpowersync.storage;

/**
 * Position of a checkpoint in the source: for Convex the commit timestamp, stored as 19 decimal
 * digits so that comparing texts compares positions.
 *
 * @param nanos nanoseconds since the Unix epoch, 19 digits
 */
public record Lsn(long nanos) implements Comparable<Lsn> {
  static final int DIGITS = 19;

  private static final long SMALLEST = 1_000_000_000_000_000_000L;

  public Lsn {
    if (nanos < SMALLEST) {
      throw new IllegalArgumentException("An LSN has 19 digits: " + nanos);
    }
  }

  /** The inverse of {@link #toString}. */
  public static Lsn parse(String text) {
    return new Lsn(Long.parseLong(text));
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compare(nanos, other.nanos);
  }

  /** 19 decimal digits. */
  @Override
  public String toString() {
    return Long.toString(nanos);
  }
}
