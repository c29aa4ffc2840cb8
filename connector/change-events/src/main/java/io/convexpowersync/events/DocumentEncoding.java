package io.convexpowersync.events;

import org.apache.kafka.connect.data.Schema;

/** How documents stand in the envelope's {@code before} and {@code after}. */
public interface DocumentEncoding {
  /** The schema, which is optional. It may become another one, but only a wider one. */
  Schema schema();

  /**
   * A document, by {@link #schema}.
   *
   * @param json the document as lossless JSON text
   */
  Object document(String json);

  /** What is known of a deleted document: its id. */
  Object deleted(String id);
}
