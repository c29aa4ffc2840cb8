package io.convexpowersync.events;

import com.fasterxml.jackson.databind.node.TextNode;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Documents as JSON text, lossless, in Debezium's {@code io.debezium.data.Json}. Stateless. */
public final class JsonDocuments implements DocumentEncoding {
  private static final Schema SCHEMA =
      SchemaBuilder.string().name("io.debezium.data.Json").version(1).optional().build();

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Object document(String json) {
    return json;
  }

  @Override
  public Object deleted(String id) {
    return "{\"_id\":" + TextNode.valueOf(id) + "}";
  }
}
