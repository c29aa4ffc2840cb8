package io.convexpowersync.cloudevents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.debezium.converters.recordandmetadata.RecordAndMetadata;
import io.debezium.converters.spi.CloudEventsMaker;
import io.debezium.converters.spi.SerializerType;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** The attributes of one record as a CloudEvent. */
final class ConvexCloudEventsMaker extends CloudEventsMaker {
  private static final String BEFORE = "before";
  private static final String AFTER = "after";
  private static final String ID = "_id";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RecordAndMetadata record;

  ConvexCloudEventsMaker(
      RecordAndMetadata record,
      SerializerType contentType,
      String dataSchemaUriBase,
      String cloudEventsSchemaName) {
    super(record, contentType, dataSchemaUriBase, cloudEventsSchemaName, BEFORE, AFTER);
    this.record = record;
  }

  /**
   * One version of one document. A commit may write several documents of a table, so its timestamp
   * alone would not do; a version that is delivered again has the same id.
   */
  @Override
  public String ceId() {
    return "name:%s;ts:%s;component:%s;table:%s;_id:%s"
        .formatted(
            sourceField("name"),
            sourceField("ts"),
            sourceField("component"),
            sourceField("table"),
            documentId());
  }

  private String documentId() {
    Struct data = record.data(BEFORE, AFTER);
    Object document = data.get(AFTER) == null ? data.get(BEFORE) : data.get(AFTER);
    if (document instanceof Struct struct) {
      return struct.getString(ID);
    }
    // document.format=json; a truncated table has no document at all.
    return document == null ? "" : textOf((String) document);
  }

  private static String textOf(String document) {
    try {
      return JSON.readTree(document).path(ID).asText();
    } catch (JsonProcessingException e) {
      throw new DataException("A document is not JSON text; its _id is part of the event's id", e);
    }
  }

  @Override
  protected Set<String> connectorSpecificSourceFields() {
    return Set.of("component", "table", "ts");
  }
}
