package io.convexpowersync.source.stream;

/** Time, as a stream needs it. */
public interface StreamClock {
  /** Milliseconds since the Unix epoch; may jump. */
  long wallMs();

  /** Milliseconds since some moment; never jumps. */
  long elapsedMs();

  /** The clocks of this machine. */
  static StreamClock system() {
    return new StreamClock() {
      @Override
      public long wallMs() {
        return System.currentTimeMillis();
      }

      @Override
      public long elapsedMs() {
        return System.nanoTime() / 1_000_000;
      }
    };
  }
}
