package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.junit.jupiter.api.Test;

/** Consumers and schema registries depend on the schemas: a change of one has to be on purpose. */
final class SchemaGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void schemasAreThePublishedOnes() throws IOException {
    ObjectNode actual = JSON.createObjectNode();
    TableTopicEncoder table =
        new TableTopicEncoder(new LogOrigin("d", "crm", "1"), "crm.app.users");
    actual.setAll(
        Map.of(
            "log.key", json(LogSchemas.KEY),
            "log.value", json(LogSchemas.VALUE),
            "table.key", json(table.keySchema()),
            "table.value", json(table.valueSchema()),
            "heartbeat.key", json(HeartbeatRecord.KEY),
            "heartbeat.value", json(HeartbeatRecord.VALUE)));
    try (InputStream golden = getClass().getResourceAsStream("schemas.json")) {
      assertThat(actual).isEqualTo(JSON.readTree(golden));
    }
  }

  private static JsonNode json(Schema schema) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of(JsonConverterConfig.SCHEMAS_ENABLE_CONFIG, true), false);
    return converter.asJsonSchema(schema);
  }
}
