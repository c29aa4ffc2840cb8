package io.convexpowersync.source;

import java.util.Map;

/**
 * The source partition under which Connect stores the offset: {@code {"deployment":
 * <topic.prefix>}}. The prefix is the one name that has to stay the same when URL, key or host of a
 * deployment change.
 */
final class SourcePartition {
  static final String KEY = "deployment";

  static Map<String, String> of(String prefix) {
    return Map.of(KEY, prefix);
  }

  private SourcePartition() {}
}
