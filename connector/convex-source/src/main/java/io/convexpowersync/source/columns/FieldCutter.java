package io.convexpowersync.source.columns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.convexpowersync.client.DocumentJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;

/** Cuts top-level fields out of a document's text; what stays is copied as it was written. */
final class FieldCutter {
  /**
   * The document without some fields.
   *
   * @param document a JSON object without space between its tokens
   * @param excluded which fields are cut out
   */
  static String cut(String document, Predicate<String> excluded) {
    StringBuilder kept = new StringBuilder(document.length()).append('{');
    boolean any = false;
    try (JsonParser parser = DocumentJson.parser(document)) {
      parser.nextToken();
      JsonToken token = parser.nextToken();
      while (token == JsonToken.FIELD_NAME) {
        int from = offset(parser);
        boolean cut = excluded.test(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
        token = parser.nextToken();
        if (cut) {
          any = true;
        } else {
          // With the comma behind the value.
          kept.append(document, from, offset(parser));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A document of the deployment is not JSON", e);
    }
    return any ? closed(kept) : document;
  }

  private static String closed(StringBuilder kept) {
    if (kept.charAt(kept.length() - 1) == ',') {
      kept.setLength(kept.length() - 1);
    }
    return kept.append('}').toString();
  }

  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }

  private FieldCutter() {}
}
