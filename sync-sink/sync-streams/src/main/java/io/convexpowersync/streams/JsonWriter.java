package io.convexpowersync.streams;

import java.util.Map;

/**
 * Writes compact JSON. Row data and result rows mark reals ({@code 1.0}); bucket names do not.
 * Non-finite reals make invalid JSON in row data, as they do in the Service.
 */
final class JsonWriter {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonWriter() {}

  static String text(Json json) {
    StringBuilder out = new StringBuilder();
    write(out, json);
    return out.toString();
  }

  static void write(StringBuilder out, Json json) {
    if (json instanceof Json.Obj object) {
      object(out, object.members());
    } else if (json instanceof Json.Array array) {
      array(out, array);
    } else if (json instanceof Json.Bool bool) {
      out.append(bool == Json.Bool.TRUE ? "true" : "false");
    } else if (json instanceof Value value) {
      write(out, value);
    }
  }

  /** A column of row data: blobs and absent values have no JSON and must be left out before. */
  static void write(StringBuilder out, Value value) {
    if (value instanceof Value.Text text) {
      string(out, text.value());
    } else if (value instanceof Value.Real real) {
      real(out, real.value());
    } else if (value instanceof Value.Int integer) {
      integer(out, integer);
    } else {
      out.append("null");
    }
  }

  /** An element of a bucket name: reals look like integers, non-finite ones like null. */
  static void writePlain(StringBuilder out, Value value) {
    if (value instanceof Value.Real real) {
      if (Double.isFinite(real.value())) {
        NumberText.append(out, real.value());
      } else {
        out.append("null");
      }
    } else {
      write(out, value);
    }
  }

  /** As {@link #writePlain(StringBuilder, Value)}, for what an array of a document may hold. */
  static void writePlain(StringBuilder out, Json json) {
    if (json instanceof Json.Obj object) {
      char separator = '{';
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        out.append(separator);
        string(out, member.getKey());
        writePlain(out.append(':'), member.getValue());
        separator = ',';
      }
      out.append(object.members().isEmpty() ? "{}" : "}");
    } else if (json instanceof Json.Array array) {
      char separator = '[';
      for (Json item : array.items()) {
        writePlain(out.append(separator), item);
        separator = ',';
      }
      out.append(array.items().isEmpty() ? "[]" : "]");
    } else if (json instanceof Value value) {
      writePlain(out, value);
    } else {
      write(out, json);
    }
  }

  static void string(StringBuilder out, String text) {
    out.append('"');
    int copied = 0;
    for (int i = special(text, 0); i < text.length(); i = special(text, i + 1)) {
      char c = text.charAt(i);
      if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        i++;
        continue;
      }
      out.append(text, copied, i);
      escape(out, c);
      copied = i + 1;
    }
    // Whole texts are copied faster than parts.
    (copied == 0 ? out.append(text) : out.append(text, copied, text.length())).append('"');
  }

  /** The next place of a character that may have to be escaped; the text's length if none. */
  private static int special(String text, int from) {
    int length = text.length();
    for (int i = from; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
        return i;
      }
    }
    return length;
  }

  private static void escape(StringBuilder out, char c) {
    switch (c) {
      case '"', '\\' -> out.append('\\').append(c);
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(HEX[(c >> shift) & 0xF]);
        }
      }
    }
  }

  private static void object(StringBuilder out, Map<String, Json> members) {
    char separator = '{';
    for (Map.Entry<String, Json> member : members.entrySet()) {
      out.append(separator);
      string(out, member.getKey());
      out.append(':');
      write(out, member.getValue());
      separator = ',';
    }
    out.append(members.isEmpty() ? "{}" : "}");
  }

  private static void array(StringBuilder out, Json.Array array) {
    out.append('[');
    for (int i = 0; i < array.items().size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      write(out, array.items().get(i));
    }
    out.append(']');
  }

  private static void integer(StringBuilder out, Value.Int integer) {
    if (integer.big() == null) {
      out.append(integer.small());
    } else {
      out.append(integer.big());
    }
  }

  private static void real(StringBuilder out, double value) {
    int start = out.length();
    NumberText.append(out, value);
    if (isInteger(out, start)) {
      out.append(".0");
    }
  }

  private static boolean isInteger(StringBuilder out, int start) {
    for (int i = start; i < out.length(); i++) {
      char c = out.charAt(i);
      if ((c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return true;
  }
}
