package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Reads the text of documents the way this module does: errors quote nothing of it. */
public final class DocumentJson {
  private DocumentJson() {}

  /** A parser before the first token of {@link ConvexDocument#json}. */
  public static JsonParser parser(String document) throws IOException {
    return Json.FACTORY.createParser(document);
  }
}
