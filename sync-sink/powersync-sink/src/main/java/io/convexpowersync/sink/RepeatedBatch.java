package io.convexpowersync.sink;

import java.util.List;
import java.util.Optional;

/**
 * Leaves out what is durable already of records that are given again because writing them failed in
 * the middle: read again, they would look like a place of the log behind which records are missing.
 * Only of records that went on behind what was durable then: elsewhere a place that was reached
 * before may be one of another log, in a topic that was made anew. Not thread-safe.
 */
final class RepeatedBatch {
  /** The place behind the first of the records that are being written. */
  private Optional<InputPlace> begun = Optional.empty();

  /** What is to be written of records, if the stream stands at the given place. */
  List<PlacedRecord> rest(List<PlacedRecord> records, Optional<InputPlace> durable) {
    Optional<InputPlace> first = Optional.of(records.get(0).after());
    if (!first.equals(begun)) {
      begun = first.filter(place -> durable.filter(place::isBeyond).isPresent());
      return records;
    }
    return records.stream()
        .dropWhile(record -> durable.isPresent() && !record.after().isBeyond(durable.get()))
        .toList();
  }

  /** All of them are durable, or another stream is written from now on. */
  void forget() {
    begun = Optional.empty();
  }
}
