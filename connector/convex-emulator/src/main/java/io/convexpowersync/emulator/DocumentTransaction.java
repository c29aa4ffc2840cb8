package io.convexpowersync.emulator;

import java.util.List;
import java.util.Optional;

/**
 * One mutation: all its writes become one commit with one timestamp. Several writes of a document
 * collapse to the last, a write that changes nothing is dropped, an insert followed by a delete
 * leaves a tombstone. Reads see the writes before them. Valid only inside the call that hands it
 * out, on that thread.
 *
 * <p>JSON text is read as {@link ValueFormat#EXPORT_JSON}: {@code 42} is an Int64, {@code 42.0} a
 * Float64; tagged values are understood too. Every method throws {@link IllegalArgumentException}
 * for invalid documents, names and ids, and for documents and tables that do not exist.
 */
public interface DocumentTransaction {
  /**
   * Adds a document and, when it is the first, its table. {@code _id} and {@code _creationTime} are
   * generated unless the document brings them, as an import does.
   *
   * @return the id
   */
  String insert(TablePath table, ConvexValue.Obj document);

  /** Adds a document given as JSON text. */
  default String insert(TablePath table, String json) {
    return insert(table, ValueParser.parseObject(json, ValueFormat.EXPORT_JSON));
  }

  /** Sets the given fields and leaves the others as they are. */
  void patch(TablePath table, String id, ConvexValue.Obj fields);

  /** Sets the fields given as JSON text. */
  default void patch(TablePath table, String id, String json) {
    patch(table, id, ValueParser.parseObject(json, ValueFormat.EXPORT_JSON));
  }

  /** Removes fields, which is what a patch with {@code undefined} does. */
  void unset(TablePath table, String id, String... fields);

  /** Sets the whole document; the system fields stay. */
  void replace(TablePath table, String id, ConvexValue.Obj document);

  /** Sets the whole document from JSON text. */
  default void replace(TablePath table, String id, String json) {
    replace(table, id, ValueParser.parseObject(json, ValueFormat.EXPORT_JSON));
  }

  /** Removes a document. */
  void delete(TablePath table, String id);

  /** The document as this transaction sees it. */
  Optional<ConvexValue.Obj> get(TablePath table, String id);

  /** The ids of all documents of a table, in id order; none when there is no such table. */
  List<String> ids(TablePath table);

  /** The wall clock of the transaction (ms). */
  long nowMillis();
}
