package io.convexpowersync.streams.config;

import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Characters that the YAML library refuses although YAML has them in quotes, and the unused ones
 * that stand for them while it reads.
 */
final class StandIns {
  private static final char FIRST_PRIVATE = '\uE000';
  private static final char LAST_PRIVATE = '\uF8FF';

  private final Map<Character, Character> hidden = new HashMap<>();
  private final Map<Character, Character> shown = new HashMap<>();

  private StandIns() {}

  static StandIns in(String yaml) {
    StandIns standIns = new StandIns();
    char next = FIRST_PRIVATE;
    for (int i = 0; i < yaml.length(); i++) {
      char c = yaml.charAt(i);
      if (isRefused(yaml, i) && !standIns.hidden.containsKey(c)) {
        while (next <= LAST_PRIVATE && yaml.indexOf(next) >= 0) {
          next++;
        }
        standIns.hidden.put(c, next);
        standIns.shown.put(next, c);
        next++;
      }
    }
    return standIns;
  }

  private static boolean isRefused(String yaml, int at) {
    char c = yaml.charAt(at);
    if (!Character.isSurrogate(c)) {
      return !StreamReader.isPrintable(c);
    }
    boolean high =
        Character.isHighSurrogate(c)
            && at + 1 < yaml.length()
            && Character.isLowSurrogate(yaml.charAt(at + 1));
    boolean low =
        Character.isLowSurrogate(c) && at > 0 && Character.isHighSurrogate(yaml.charAt(at - 1));
    return !high && !low;
  }

  String hide(String text) {
    return replace(text, hidden);
  }

  String show(String text) {
    return replace(text, shown);
  }

  private static String replace(String text, Map<Character, Character> replacements) {
    if (replacements.isEmpty()) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      replaced.setCharAt(i, replacements.getOrDefault(text.charAt(i), text.charAt(i)));
    }
    return replaced.toString();
  }
}
