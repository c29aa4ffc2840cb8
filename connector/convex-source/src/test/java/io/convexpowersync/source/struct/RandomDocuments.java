package io.convexpowersync.source.struct;

import java.util.Random;

/** Documents of any shape, often alike, sometimes not. */
final class RandomDocuments {
  private static final String[] KEYS = {"a", "b", "c", "d e", "d_e", "a__json", "x.y", "$x", ""};
  private static final String[] SCALARS = {
    "null",
    "true",
    "false",
    "1",
    "9007199254740993",
    "-9223372036854775808",
    "42.0",
    "1e16",
    "-0.0",
    "\"text\"",
    "\"\\u00e4\\\"\\n\"",
    "{\"$bytes\":\"AAH/\"}",
    "{\"$float\":\"AAAAAAAA8H8=\"}",
    "{\"$other\":1}"
  };

  private final Random random;

  RandomDocuments(long seed) {
    random = new Random(seed);
  }

  String next() {
    StringBuilder json = new StringBuilder("{\"_id\":\"j57\",\"_creationTime\":1.5");
    int fields = random.nextInt(5);
    for (int i = 0; i < fields; i++) {
      json.append(",\"f").append(i * 3 + random.nextInt(3)).append("\":");
      value(json, 0);
    }
    return json.append('}').toString();
  }

  private void value(StringBuilder json, int depth) {
    int kind = random.nextInt(depth > 4 ? 6 : 10);
    if (kind < 6) {
      // The first ones are frequent, so that most fields have a usual type.
      json.append(SCALARS[random.nextInt(1 + random.nextInt(SCALARS.length))]);
    } else if (kind < 8) {
      object(json, depth);
    } else {
      list(json, depth);
    }
  }

  private void object(StringBuilder json, int depth) {
    json.append('{');
    int first = random.nextInt(KEYS.length);
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String key = KEYS[(first + i) % KEYS.length];
      // An object with this one key only would be a tag.
      if (!key.startsWith("$")) {
        json.append(json.charAt(json.length() - 1) == '{' ? "" : ",");
        json.append('"').append(key).append("\":");
        value(json, depth + 1);
      }
    }
    json.append('}');
  }

  private void list(StringBuilder json, int depth) {
    json.append('[');
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",");
      value(json, depth + 1);
    }
    json.append(']');
  }
}
