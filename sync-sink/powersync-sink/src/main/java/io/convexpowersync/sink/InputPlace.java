package io.convexpowersync.sink;

import java.util.Map;

/** Where the sink stands in what it reads, so that it resumes exactly behind what is durable. */
public sealed interface InputPlace {
  /**
   * Whether there are places between what was read and the record before this one. They may have
   * held records.
   *
   * @param reached the place behind what was read; null before the first record of the log
   */
  boolean skipsFrom(InputPlace reached);

  /** Whether this place is known to lie further on in the same log than another one. */
  boolean isBeyond(InputPlace other);

  /**
   * A place in the log topic.
   *
   * @param topic the topic as the broker names it
   * @param partition its partition, 0 for a log topic
   * @param nextOffset offset of the next record to read
   */
  record Topic(String topic, int partition, long nextOffset) implements InputPlace {
    @Override
    public boolean skipsFrom(InputPlace reached) {
      return nextOffset - 1 > (reached == null ? 0 : offsetIn(reached));
    }

    @Override
    public boolean isBeyond(InputPlace other) {
      return other instanceof Topic place
          && topic.equals(place.topic)
          && nextOffset > place.nextOffset;
    }

    private long offsetIn(InputPlace place) {
      return place instanceof Topic other && topic.equals(other.topic) ? other.nextOffset : -1;
    }
  }

  /**
   * The source connector's own offset, where no Kafka is between source and sink.
   *
   * @param offset the offset map of the last record, as the source connector wrote it
   */
  record SourceConnector(Map<String, Object> offset) implements InputPlace {
    public SourceConnector {
      offset = Map.copyOf(offset);
    }

    /** Nothing is between the source and us that could leave records out. */
    @Override
    public boolean skipsFrom(InputPlace reached) {
      return false;
    }

    /** Where a stream is built from a source of its own, that goes on. */
    @Override
    public boolean isBeyond(InputPlace other) {
      return false;
    }
  }
}
