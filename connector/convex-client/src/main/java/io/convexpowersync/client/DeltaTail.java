package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** The end of a delta page. */
final class DeltaTail extends PageTail<DeltaPageEnd> {
  private long cursor = -1;

  @Override
  boolean readOwn(String name, JsonParser parser) throws IOException {
    if (!name.equals("cursor")) {
      return false;
    }
    cursor = RowParser.timestamp(parser, name);
    return true;
  }

  @Override
  DeltaPageEnd finish(JsonParser parser, boolean more) throws IOException {
    if (cursor < 0) {
      throw new JsonParseException(parser, "the page has no cursor");
    }
    return new DeltaPageEnd(cursor, more);
  }
}
