package io.convexpowersync.sink;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where a stream that is built beside the live one gets the whole log from. Thread-safe. */
public interface LogHistory {
  /** Why there is none, and what to do; empty when there is one. */
  Optional<String> unavailable();

  /**
   * Starts to read.
   *
   * @throws HistoryUnavailableException when it cannot be read now, also by the reader's methods
   * @param place the place stored with the stream; empty: from the beginning
   */
  Reader open(Optional<InputPlace> place);

  /** Reads the log in order. Used by one thread. */
  interface Reader extends AutoCloseable {
    /**
     * The next records, which the caller keeps until they are written.
     *
     * @param timeout how long to wait for the first one
     * @return empty when none came
     */
    List<PlacedRecord> poll(Duration timeout) throws InterruptedException;

    /** Everything before this place in the log has been returned. */
    long read();

    /** The place behind the newest record of the log now; may ask for it. */
    long written();

    /** How many records lie between the two; asks nobody. Empty where that is not known. */
    OptionalLong behind();

    /** The stream is live from now on; called between two transactions of the live stream. */
    default void takenOver() {
      // Whoever feeds the live stream goes on.
    }

    @Override
    void close();
  }

  /** For a sink that builds no stream beside the live one. */
  static LogHistory none(String remedy) {
    return new LogHistory() {
      @Override
      public Optional<String> unavailable() {
        return Optional.of(remedy);
      }

      @Override
      public Reader open(Optional<InputPlace> place) {
        throw new IllegalStateException(remedy);
      }
    };
  }
}
