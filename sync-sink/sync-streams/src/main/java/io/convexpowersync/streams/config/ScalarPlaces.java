package io.convexpowersync.streams.config;

import io.convexpowersync.streams.sql.Span;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Finds where in the YAML each character of a scalar comes from: undoes quotes, escapes, folding
 * and indentation. What it does not understand it maps one to one.
 */
final class ScalarPlaces {
  private final String yaml;
  private final Span span;
  private final String text;
  private final int[] places;
  private int filled;
  private int at;

  private ScalarPlaces(String yaml, Span span, String text) {
    this.yaml = yaml;
    this.span = span;
    this.text = text;
    this.places = new int[text.length() + 1];
    this.at = span.start();
  }

  /**
   * @param span the scalar with its quotes or block header
   * @param text its value
   * @return offsets in the YAML of each unit of the text, and of its end
   */
  static int[] of(String yaml, Span span, ScalarStyle style, String text) {
    ScalarPlaces places = new ScalarPlaces(yaml, span, text);
    switch (style) {
      case LITERAL, FOLDED -> places.block();
      case SINGLE_QUOTED, DOUBLE_QUOTED -> {
        places.at++;
        places.flow(style);
      }
      default -> places.flow(style);
    }
    return places.finished();
  }

  private int[] finished() {
    if (filled < text.length()) {
      for (int i = 0; i <= text.length(); i++) {
        places[i] = Math.min(span.start() + i, span.end());
      }
    } else {
      places[text.length()] = Math.min(at, yaml.length());
    }
    return places;
  }

  private boolean isFull() {
    return filled == text.length();
  }

  private void put(int place) {
    if (!isFull()) {
      places[filled++] = place;
    }
  }

  private void flow(ScalarStyle style) {
    while (!isFull() && at < span.end()) {
      char c = yaml.charAt(at);
      int lineEnd = skipSpaces(at);
      if (lineEnd < span.end() && isBreak(yaml.charAt(lineEnd))) {
        at = lineEnd;
        fold();
      } else if (c == '\'' && style == ScalarStyle.SINGLE_QUOTED) {
        put(at);
        at += 2;
      } else if (c == '\\' && style == ScalarStyle.DOUBLE_QUOTED) {
        escape();
      } else {
        put(at++);
      }
    }
  }

  /** Line breaks inside a flow scalar: one is a space, further ones are line breaks. */
  private void fold() {
    int breaks = 0;
    while (at < span.end() && isBreak(yaml.charAt(at))) {
      breaks++;
      at = skipSpaces(afterBreak(at));
    }
    for (int i = 0; i < Math.max(1, breaks - 1); i++) {
      put(at);
    }
  }

  private void escape() {
    char kind = yaml.charAt(at + 1);
    if (isBreak(kind)) {
      at = skipSpaces(afterBreak(at + 1));
      return;
    }
    int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    int units = Character.charCount(text.codePointAt(filled));
    for (int i = 0; i < units; i++) {
      put(at);
    }
    at += 2 + digits;
  }

  /** Follows the text itself through the lines, which has the breaks that folding left. */
  private void block() {
    at = afterBreak(endOfLine(span.start()));
    int indent = indentation();
    while (!isFull() && at < yaml.length()) {
      int content = contentStart(indent);
      if (isAtFold(content)) {
        put(content);
      }
      at = content;
      while (!isFull() && at < yaml.length() && !isBreak(yaml.charAt(at))) {
        put(at++);
      }
      if (at < yaml.length()) {
        if (!isFull() && text.charAt(filled) == '\n') {
          put(at);
        }
        at = afterBreak(at);
      }
    }
  }

  /** Whether a folded line break comes first in what is left of the text. */
  private boolean isAtFold(int content) {
    return !isFull()
        && text.charAt(filled) == ' '
        && content < yaml.length()
        && yaml.charAt(content) != ' ';
  }

  private int contentStart(int indent) {
    int start = at;
    while (start < yaml.length() && start - at < indent && yaml.charAt(start) == ' ') {
      start++;
    }
    return start;
  }

  /** Spaces before the first line that holds something. */
  private int indentation() {
    int line = at;
    while (line < yaml.length()) {
      int content = skipSpaces(line);
      if (content < yaml.length() && !isBreak(yaml.charAt(content))) {
        return content - line;
      }
      line = afterBreak(content);
    }
    return 0;
  }

  private int endOfLine(int from) {
    int end = from;
    while (end < yaml.length() && !isBreak(yaml.charAt(end))) {
      end++;
    }
    return end;
  }

  private int skipSpaces(int from) {
    int end = from;
    while (end < yaml.length() && (yaml.charAt(end) == ' ' || yaml.charAt(end) == '\t')) {
      end++;
    }
    return end;
  }

  private int afterBreak(int from) {
    boolean windows = from + 1 < yaml.length() && yaml.startsWith("\r\n", from);
    return Math.min(yaml.length(), from + (windows ? 2 : 1));
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }
}
