package io.convexpowersync.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.events.DocumentEncoding;
import io.convexpowersync.events.HeartbeatRecord;
import io.convexpowersync.events.JsonDocuments;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogSchemas;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.events.TransactionRecords;
import io.convexpowersync.source.notifications.NotificationRecord;
import io.convexpowersync.source.struct.StructDocuments;
import io.convexpowersync.source.struct.StructLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Consumers and schema registries depend on the schemas: a change of one has to be on purpose. To
 * accept what the connector writes now, run the test with {@code -Dgolden.accept=true}, and look at
 * the difference before committing it.
 */
final class GoldenSchemasTest {
  private static final Path GOLDEN =
      Path.of("src/test/resources/io/convexpowersync/source/schemas.json");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Test
  void schemasAreThePublishedOnes() throws IOException {
    Map<String, Schema> schemas = schemas();
    if (Boolean.getBoolean("golden.accept")) {
      ObjectNode all = JSON.createObjectNode();
      schemas.forEach((name, schema) -> all.set(name, json(schema)));
      Files.writeString(GOLDEN, JSON.writeValueAsString(all) + "\n");
    }
    JsonNode golden = JSON.readTree(GOLDEN.toFile());
    SoftAssertions softly = new SoftAssertions();
    softly.assertThat(golden.fieldNames()).toIterable().containsAll(schemas.keySet());
    schemas.forEach(
        (name, schema) ->
            softly
                .assertThat(text(json(schema)))
                .as("%s; accept it with -Dgolden.accept=true, if it is on purpose", name)
                .isEqualTo(text(golden.path(name))));
    softly.assertAll();
  }

  private static Map<String, Schema> schemas() {
    TableTopicEncoder table = encoder(new JsonDocuments());
    Map<String, Schema> schemas = new TreeMap<>();
    schemas.put("log.key", LogSchemas.KEY);
    schemas.put("log.value", LogSchemas.VALUE);
    StructDocuments documents =
        StructDocuments.unknown("crm.app.users.Value", new StructLimits(20, 3));
    documents.learn(
        "{\"b\":true,\"i\":1,\"f\":1.0,\"s\":\"\",\"y\":{\"$bytes\":\"\"},\"o\":{\"a b\":1},"
            + "\"l\":[{\"x\":[1]}],\"e\":[]}");
    documents.learn("{\"i\":\"conflict\"}");
    schemas.put("table.value of structs", encoder(documents).valueSchema());
    schemas.put("table.key", table.keySchema());
    schemas.put("table.value", table.valueSchema());
    schemas.put(
        "table.key of every version",
        encoder(new TableTopicFormat("u", true), new JsonDocuments()).keySchema());
    schemas.put("heartbeat.key", HeartbeatRecord.KEY);
    schemas.put("heartbeat.value", HeartbeatRecord.VALUE);
    schemas.put("transaction.key", TransactionRecords.KEY);
    schemas.put("transaction.value", TransactionRecords.VALUE);
    schemas.put("notification.key", NotificationRecord.KEY);
    schemas.put("notification.value", NotificationRecord.VALUE);
    return schemas;
  }

  private static TableTopicEncoder encoder(DocumentEncoding documents) {
    return encoder(TableTopicFormat.STANDARD, documents);
  }

  private static TableTopicEncoder encoder(TableTopicFormat format, DocumentEncoding documents) {
    LogOrigin origin = new LogOrigin("d", "crm", "1");
    return new TableTopicEncoder(origin, "crm.app.users", format, documents);
  }

  private static JsonNode json(Schema schema) {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of(JsonConverterConfig.SCHEMAS_ENABLE_CONFIG, true), false);
      return converter.asJsonSchema(schema);
    }
  }

  private static String text(JsonNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
