package io.convexpowersync.events;

/** Something that happened to the data of one table. */
public sealed interface Change extends LogEvent {
  TableId table();

  /**
   * A document's state.
   *
   * @param position where it stands in the log
   * @param table its table
   * @param id the document's {@code _id}
   * @param document the document as lossless JSON text (Convex's {@code export_json} or {@code
   *     convex_encoded_json}), with {@code _id} and {@code _creationTime}, without {@code _table},
   *     {@code _component}, {@code _ts} and {@code _deleted}
   * @param commitTs commit timestamp of this revision (ns); for a snapshot row it may be years
   *     older than the position
   * @param snapshot whether it was read by a snapshot and not from the log of the deployment
   */
  record Upsert(
      Position position, TableId table, String id, String document, long commitTs, boolean snapshot)
      implements Change {}

  /** A deletion. The id may never have been seen before. */
  record Delete(Position position, TableId table, String id) implements Change {}

  /** Everything that the table held before this position is gone. */
  record Truncate(Position position, TableId table) implements Change {}
}
