package io.convexpowersync.streams;

import java.nio.charset.StandardCharsets;

/** UTF-8 as the Service writes it: a surrogate without its partner becomes U+FFFD. */
final class Utf8 {
  private Utf8() {}

  static byte[] encode(String text) {
    int lone = firstLoneSurrogate(text);
    return (lone < 0 ? text : replaceLoneSurrogates(text, lone)).getBytes(StandardCharsets.UTF_8);
  }

  private static int firstLoneSurrogate(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (!startsPair(text, i)) {
        return i;
      }
      i++;
    }
    return -1;
  }

  private static String replaceLoneSurrogates(String text, int from) {
    StringBuilder replaced = new StringBuilder(text);
    for (int i = from; i < replaced.length(); i++) {
      if (!Character.isSurrogate(replaced.charAt(i))) {
        continue;
      }
      if (startsPair(replaced, i)) {
        i++;
      } else {
        replaced.setCharAt(i, '\uFFFD');
      }
    }
    return replaced.toString();
  }

  private static boolean startsPair(CharSequence text, int at) {
    return at + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
  }
}
