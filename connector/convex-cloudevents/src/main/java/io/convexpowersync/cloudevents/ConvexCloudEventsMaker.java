package io.convexpowersync.cloudevents;

import io.debezium.converters.recordandmetadata.RecordAndMetadata;
import io.debezium.converters.spi.CloudEventsMaker;
import io.debezium.converters.spi.SerializerType;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;

/** The attributes of one record as a CloudEvent. */
final class ConvexCloudEventsMaker extends CloudEventsMaker {
  private static final String BEFORE = "before";
  private static final String AFTER = "after";

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
    Struct document =
        data.getStruct(AFTER) == null ? data.getStruct(BEFORE) : data.getStruct(AFTER);
    return document == null ? "" : document.getString("_id");
  }

  @Override
  protected Set<String> connectorSpecificSourceFields() {
    return Set.of("component", "table", "ts");
  }
}
