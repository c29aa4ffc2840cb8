package io.convexpowersync.sink;

import java.util.Map;

/** Where the sink stands in what it reads, so that it resumes exactly behind what is durable. */
public sealed interface InputPlace {
  /**
   * A place in the log topic.
   *
   * @param topic the topic as the broker names it
   * @param partition its partition, 0 for a log topic
   * @param nextOffset offset of the next record to read
   */
  record Topic(String topic, int partition, long nextOffset) implements InputPlace {}

  /**
   * The source connector's own offset, where no Kafka is between source and sink.
   *
   * @param offset the offset map of the last record, as the source connector wrote it
   */
  record SourceConnector(Map<String, Object> offset) implements InputPlace {
    public SourceConnector {
      offset = Map.copyOf(offset);
    }
  }
}
