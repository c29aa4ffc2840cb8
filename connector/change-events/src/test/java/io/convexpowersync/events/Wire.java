package io.convexpowersync.events;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;

/** Sends keys and values through Kafka's JSON converter, as bytes. */
final class Wire {
  private final JsonConverter key = new JsonConverter();
  private final JsonConverter value = new JsonConverter();

  private Wire(boolean schemas) {
    Map<String, ?> config = Map.of("schemas.enable", schemas);
    key.configure(config, true);
    value.configure(config, false);
  }

  static Wire withSchemas() {
    return new Wire(true);
  }

  static Wire withoutSchemas() {
    return new Wire(false);
  }

  SchemaAndValue key(Schema schema, Object data) {
    return key.toConnectData("t", key.fromConnectData("t", schema, data));
  }

  SchemaAndValue value(Schema schema, Object data) {
    return value.toConnectData("t", value.fromConnectData("t", schema, data));
  }
}
