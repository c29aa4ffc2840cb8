package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Collects what stands beside the rows of a page, in whatever order it comes. */
abstract class PageTail<E> {
  private Boolean hasMore;

  /** Reads the value of a field, or skips it; the parser stands on the value. */
  final void read(String name, JsonParser parser) throws IOException {
    if (name.equals("hasMore")) {
      hasMore = parser.getBooleanValue();
    } else if (!readOwn(name, parser)) {
      parser.skipChildren();
    }
  }

  /** Builds the page's end; the parser says where, if something is missing. */
  final E finish(JsonParser parser) throws IOException {
    if (hasMore == null) {
      throw new JsonParseException(parser, "the page has no hasMore");
    }
    return finish(parser, hasMore);
  }

  abstract boolean readOwn(String name, JsonParser parser) throws IOException;

  abstract E finish(JsonParser parser, boolean more) throws IOException;

  /** Reads the current token as a string, or as null if it is null. */
  static String nullableText(JsonParser parser, String name) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.VALUE_STRING) {
      throw new JsonParseException(parser, name + " is neither a string nor null");
    }
    return parser.getText();
  }
}
