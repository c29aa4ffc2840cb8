package io.convexpowersync.client;

import java.util.ArrayList;
import java.util.List;

/** Keys, addresses and answers for tests. */
final class Pages {
  static final String SECRET = "eyJ2MiI6ImE5ZDc3Zjc0In0";
  static final String KEY = "prod:happy-otter-123|" + SECRET;
  static final long SNAPSHOT = 1785412800123456789L;
  static final TableRef TASKS = new TableRef("", "tasks");
  static final Selection ONLY_TASKS = new Selection(List.of(TASKS));
  static final ClientTimeouts IMPATIENT = new ClientTimeouts(2_000, 5_000, 5_000);

  private Pages() {}

  static ConvexClientConfig config(String url) {
    return ConvexClientConfig.of(url, KEY, "1.2.3").withTimeouts(IMPATIENT);
  }

  /** A row of table tasks; the given text is the rest of the document, such as {@code "a":1}. */
  static String row(String id, String rest) {
    return "{\"_component\":\"\",\"_table\":\"tasks\",\"_ts\":1785412799918273645,"
        + document(id, rest).substring(1);
  }

  static String document(String id, String rest) {
    return "{\"_creationTime\":1785412799871.25,\"_id\":\"%s\"%s}"
        .formatted(id, rest.isEmpty() ? "" : "," + rest);
  }

  static String snapshotPage(String cursor, String... rows) {
    return "{\"values\":[%s],\"snapshot\":%d,\"cursor\":%s,\"hasMore\":%b}"
        .formatted(String.join(",", rows), SNAPSHOT, cursor, !cursor.equals("null"));
  }

  static String deltaPage(long cursor, String... rows) {
    return "{\"values\":[%s],\"cursor\":%d,\"hasMore\":false}"
        .formatted(String.join(",", rows), cursor);
  }

  static List<ConvexDocument> readAll(DocumentReader<?> reader) {
    List<ConvexDocument> documents = new ArrayList<>();
    for (ConvexDocument row = reader.next(); row != null; row = reader.next()) {
      documents.add(row);
    }
    return documents;
  }
}
