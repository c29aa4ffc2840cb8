package io.convexpowersync.source;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys that say what records look like. */
final class OutputKeys {
  static final String DOCUMENT_FORMAT = "document.format";
  static final String STRUCT_MAX_FIELDS = "struct.max.fields";
  static final String STRUCT_MAX_DEPTH = "struct.max.depth";
  static final String KEY_FIELDS = "key.fields";
  static final String TABLE_TOPIC_PARTITIONS = "table.topic.partitions";
  static final String OP_FOR_WRITES = "op.for.writes";
  static final String PROVIDE_TRANSACTION_METADATA = "provide.transaction.metadata";
  static final String RECORD_MAX_BYTES = "record.max.bytes";
  static final String TOO_LARGE_HANDLING = "record.too.large.handling";

  /** A value of {@link #DOCUMENT_FORMAT}. */
  static final String STRUCT = "struct";

  /** A value of {@link #KEY_FIELDS}. */
  static final String EVERY_VERSION = "_id,_ts";

  /** A value of {@link #TOO_LARGE_HANDLING}. */
  static final String SKIP = "skip";

  private static final String PRODUCER_LIMIT = "producer.override.max.request.size";

  static final List<ConfigKey> ALL =
      List.of(
          ConfigKey.optional(
              SourceConfigDef.TABLE_TOPICS,
              Type.BOOLEAN,
              true,
              "Table topics",
              """
                Whether every table has a topic <prefix>.<component>.<table> with its changes in
                Debezium's envelope; the root app's component is called app."""),
          ConfigKey.optional(
              SourceConfigDef.LOG_TOPIC,
              Type.BOOLEAN,
              false,
              "Log topic",
              """
                Whether all changes go, in order and with markers, to the one partition of
                <prefix>.log, which the PowerSync sink reads. Create that topic with 1 partition
                and cleanup.policy=compact, never compact,delete."""),
          ConfigKey.optional(
                  DOCUMENT_FORMAT,
                  Type.STRING,
                  "json",
                  "Document format",
                  """
                How documents stand in before and after in table topics. json: as lossless JSON
                text, for consumers that parse it. struct: with a schema that is inferred from the
                documents and only ever gains optional fields, for ExtractNewRecordState, JDBC
                sinks and schema registries; a value that does not fit the type of its field
                stands as JSON text in <field>__json. What is inferred is kept among the
                connector's offsets; without them it is inferred again, and then a field with
                values of several types may get another type.""")
              .oneOf(List.of("json", STRUCT)),
          ConfigKey.optional(
                  STRUCT_MAX_FIELDS,
                  Type.INT,
                  400,
                  "Most fields of a struct",
                  """
                Largest number of fields in the schema of a table, with those of nested objects; a
                nested object gets at most an eighth. Objects beyond that, as those whose keys are
                data, stand as JSON text; whole fields beyond that together in _more.""")
              .validatedBy(Range.between(8, 10_000)),
          ConfigKey.optional(
                  STRUCT_MAX_DEPTH,
                  Type.INT,
                  6,
                  "Greatest depth of a struct",
                  """
                How deep objects and lists may be nested and still have a schema; what is deeper
                stands as JSON text. 1: only the fields of the document itself, which is what most
                JDBC sinks need.""")
              .validatedBy(Range.between(1, 16)),
          ConfigKey.optional(
              SourceConfigDef.TOMBSTONES_ON_DELETE,
              Type.BOOLEAN,
              true,
              "Tombstones on delete",
              """
                Whether a delete in a table topic is followed by a record without a value, which
                lets Kafka's compaction remove the document. Has no effect with
                key.fields=_id,_ts, where it would only remove the delete."""),
          ConfigKey.optional(
                  OP_FOR_WRITES,
                  Type.STRING,
                  "u",
                  "Operation of writes",
                  """
                What op says of a write in a table topic: u (update) or c (create). Convex's log
                does not tell one from the other. Some consumers reject u without before (Flink's
                debezium-json); some insert blindly on c. Rows of snapshots are always r, deletes
                d, truncates t.""")
              .oneOf(List.of("u", "c")),
          ConfigKey.optional(
                  KEY_FIELDS,
                  Type.STRING,
                  "_id",
                  "Key fields",
                  """
                Key of records in table topics. _id: one key for each document. _id,_ts: one for
                every version of it, for consumers that keep all versions, also in compacted
                topics; needs table.topic.partitions.""")
              .oneOf(List.of("_id", EVERY_VERSION)),
          ConfigKey.optional(
                  TABLE_TOPIC_PARTITIONS,
                  Type.INT,
                  0,
                  "Table topic partitions",
                  """
                Number of partitions of every table topic, from which the connector then chooses
                one by _id, however the key is made up or converted: murmur2 of the id's UTF-8
                text, without its sign, modulo this number. Topics must have at least so many. 0:
                the producer chooses by the key.""")
              .validatedBy(Range.atLeast(0)),
          ConfigKey.optional(
              PROVIDE_TRANSACTION_METADATA,
              Type.BOOLEAN,
              false,
              "Transaction metadata",
              """
                Whether records of table topics tell their place in their commit, and
                <prefix>.transaction gets a record before and behind every commit, with its
                number of changes by table, in Debezium's format."""),
          ConfigKey.optional(
                  RECORD_MAX_BYTES,
                  Type.LONG,
                  0L,
                  "Largest document (bytes)",
                  """
                Largest document that is written, in bytes of its JSON text. 0: the value of
                producer.override.max.request.size; if that is not given either, the producer
                decides, whose refusal fails the task. Converters add to the text: a JSON
                converter writes a backslash before every quote of it, and the envelope takes
                about 1 KiB. So choose it below the producer's limit.""")
              .validatedBy(Range.atLeast(0)),
          ConfigKey.optional(
                  TOO_LARGE_HANDLING,
                  Type.STRING,
                  "fail",
                  "Too large documents",
                  """
                What happens to a document beyond record.max.bytes. fail: the task fails and
                names it. skip: no record is written of that version, which is logged with its id
                and counted; the topic keeps the version before. Not possible with a log topic,
                and only with a known limit.""")
              .oneOf(List.of("fail", SKIP)));

  /** {@link #RECORD_MAX_BYTES}, or what the producer is known to take; empty if neither is. */
  static OptionalLong maxRecordBytes(Map<String, Object> values, Map<String, String> properties) {
    if (values.get(RECORD_MAX_BYTES) instanceof Long chosen && chosen > 0) {
      return OptionalLong.of(chosen);
    }
    String producer = properties.getOrDefault(PRODUCER_LIMIT, "").trim();
    // Kafka itself refuses what is not a number.
    return producer.matches("\\d{1,10}")
        ? OptionalLong.of(Long.parseLong(producer))
        : OptionalLong.empty();
  }

  private OutputKeys() {}
}
