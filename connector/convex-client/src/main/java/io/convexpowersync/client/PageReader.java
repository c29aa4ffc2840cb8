package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a page while it arrives. Between two rows it holds no more than the parser's buffer.
 *
 * <p>One thread reads; {@link #close} from another one breaks the connection first and then waits
 * for the reading thread to leave.
 */
final class PageReader<E> implements DocumentReader<E> {
  private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);

  private final ApiResponse response;
  private final Selection selection;
  private final PageTail<E> tail;
  private final JsonParser parser;
  private final RowParser rows;

  private boolean inRows;
  private TableRef checkedTable;
  private long count;
  private E end;
  private ConvexException failure;

  PageReader(ApiResponse response, Selection selection, PageTail<E> tail) throws IOException {
    RecordingStream wire = new RecordingStream(response.stream());
    this.response = response;
    this.selection = selection;
    this.tail = tail;
    this.parser = Json.FACTORY.createParser(wire);
    this.rows = new RowParser(parser, wire);
    // Jackson also reads UTF-16 and UTF-32, but then it cannot say where in the bytes it is.
    if (!(parser instanceof UTF8StreamJsonParser)) {
      throw new JsonParseException(parser, "the answer is not UTF-8");
    }
  }

  @Override
  public synchronized ConvexDocument next() {
    if (end != null) {
      return null;
    }
    if (failure != null) {
      throw failure;
    }
    try {
      if (!inRows) {
        openRows();
      }
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        return row();
      }
      if (token != JsonToken.END_ARRAY) {
        throw new JsonParseException(parser, "a row is not an object");
      }
      finish();
      return null;
    } catch (IOException e) {
      failure = response.failure("after %d rows".formatted(count), e);
      response.cancel();
      release();
      throw failure;
    }
  }

  /** Goes on to the first row. */
  private void openRows() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(parser, "the page is not an object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!name.equals("values")) {
        tail.read(name, parser);
      } else if (value == JsonToken.START_ARRAY) {
        inRows = true;
        return;
      } else {
        throw new JsonParseException(parser, "values is not an array");
      }
    }
    throw new JsonParseException(parser, "the page has no values");
  }

  private ConvexDocument row() throws IOException {
    ConvexDocument document = rows.parse();
    // Convex exports everything when it does not understand a selection, and says nothing.
    if (!document.table().equals(checkedTable)) {
      if (!selection.includes(document.table())) {
        throw new JsonParseException(parser, notAskedFor(document.table()));
      }
      checkedTable = document.table();
    }
    count++;
    return document;
  }

  private static String notAskedFor(TableRef table) {
    return "it holds a row of table '%s' of component '%s', which was not asked for;"
            .formatted(table.table(), table.component())
        + " the backend may be too old for selections (before 2025-08-14)";
  }

  private void finish() throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      tail.read(name, parser);
    }
    E built = tail.finish(parser);
    // Reading to the very end is what lets the connection be used again.
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "something follows the page");
    }
    release();
    end = built;
  }

  private void release() {
    try {
      parser.close();
    } catch (IOException e) {
      LOG.debug("Closing a parser failed", e);
    }
    response.close();
  }

  @Override
  public synchronized E end() {
    if (end == null) {
      throw new IllegalStateException("The page has not been read to its end");
    }
    return end;
  }

  @Override
  public void close() {
    response.cancel();
    synchronized (this) {
      release();
    }
  }
}
