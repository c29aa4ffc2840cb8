package io.convexpowersync.source.struct;

import io.convexpowersync.events.DocumentEncoding;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * The documents of one table as structs. A document has to be learnt before it is written; then it
 * has a place in the schema. Used by one thread.
 */
public final class StructDocuments implements DocumentEncoding {
  private static final String ID = "_id";
  private static final ObjectType EVERY_DOCUMENT =
      new ObjectType(
          List.of(
              new Column(ID, ID, Type.Scalar.STRING),
              new Column("_creationTime", "_creationTime", Type.Scalar.FLOAT64)));

  private final String schemaName;
  private final Widening widening;
  private ObjectType type;
  private Schema schema;

  private StructDocuments(String schemaName, StructLimits limits, ObjectType type) {
    this.schemaName = schemaName;
    this.widening = new Widening(limits);
    this.type = type;
    this.schema = StructSchemas.of(schemaName, type);
  }

  /** Documents of which nothing is known. */
  public static StructDocuments unknown(String schemaName, StructLimits limits) {
    return new StructDocuments(schemaName, limits, EVERY_DOCUMENT);
  }

  /**
   * Documents of which this is known.
   *
   * @param known what {@link #known} returned before
   * @throws IllegalArgumentException when that is not readable
   */
  public static StructDocuments known(String schemaName, StructLimits limits, String known) {
    return new StructDocuments(schemaName, limits, ShapeCodec.decode(known));
  }

  /**
   * Widens the schema so that the document has a place in it.
   *
   * @return whether that was necessary
   */
  public boolean learn(String json) {
    ObjectType wider = widening.widen(type, DocumentParser.parse(json));
    if (wider == type) {
      return false;
    }
    type = wider;
    schema = StructSchemas.of(schemaName, wider);
    return true;
  }

  /** All that is known of the documents, to be kept. */
  public String known() {
    return ShapeCodec.encode(type);
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Struct document(String json) {
    return StructWriter.write(type, schema, DocumentParser.parse(json));
  }

  @Override
  public Struct deleted(String id) {
    return new Struct(schema).put(ID, id);
  }
}
