package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Optional;

/** The end of a snapshot page. */
final class SnapshotTail extends PageTail<SnapshotPageEnd> {
  private final long asked;
  private long snapshot = -1;
  private String cursor;

  SnapshotTail(long asked) {
    this.asked = asked;
  }

  @Override
  boolean readOwn(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "snapshot" -> snapshot = RowParser.timestamp(parser, name);
      case "cursor" -> cursor = nullableText(parser, name);
      default -> {
        return false;
      }
    }
    return true;
  }

  @Override
  SnapshotPageEnd finish(JsonParser parser, boolean more) throws IOException {
    if (snapshot != asked) {
      throw new JsonParseException(
          parser, "the page is of snapshot %d instead of %d".formatted(snapshot, asked));
    }
    if (more != (cursor != null)) {
      throw new JsonParseException(parser, "hasMore and cursor contradict each other");
    }
    return new SnapshotPageEnd(snapshot, Optional.ofNullable(cursor));
  }
}
