package io.convexpowersync.cloudevents;

import io.debezium.converters.recordandmetadata.RecordAndMetadata;
import io.debezium.converters.spi.CloudEventsMaker;
import io.debezium.converters.spi.CloudEventsProvider;
import io.debezium.converters.spi.SerializerType;

/** What Debezium's {@code CloudEventsConverter} looks for when a record comes from Convex. */
public final class ConvexCloudEventsProvider implements CloudEventsProvider {

  /** The {@code source.connector} of the records. */
  @Override
  public String getName() {
    return "convex";
  }

  @Override
  public CloudEventsMaker createMaker(
      RecordAndMetadata record,
      SerializerType contentType,
      String dataSchemaUriBase,
      String cloudEventsSchemaName) {
    return new ConvexCloudEventsMaker(
        record, contentType, dataSchemaUriBase, cloudEventsSchemaName);
  }
}
