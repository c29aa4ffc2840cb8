package io.convexpowersync.streams;

/** The key under which storage remembers a source row: BSON {@code {id: <replica id>}}. */
public final class SourceKey {
  private SourceKey() {}

  /**
   * @param replicaId the document's {@code _id}
   * @return BSON bytes, as stored in {@code source_key}
   */
  public static byte[] encode(String replicaId) {
    BsonWriter bson = new BsonWriter();
    int document = bson.begin();
    bson.string("id", replicaId);
    bson.end(document);
    return bson.toBytes();
  }
}
