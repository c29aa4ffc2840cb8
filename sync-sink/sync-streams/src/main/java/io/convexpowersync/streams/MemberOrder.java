package io.convexpowersync.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order of the members of an object, as JavaScript has it: names that are array indexes come
 * first, ascending; the others follow in the order of their first insertion.
 */
public final class MemberOrder {
  private static final long MAX_INDEX = 4294967294L;
  private static final int MAX_INDEX_DIGITS = 10;

  private MemberOrder() {}

  /** The members, given in insertion order, in member order. */
  public static <V> Map<String, V> sorted(LinkedHashMap<String, V> members) {
    for (String name : members.keySet()) {
      if (isIndex(name)) {
        return indexesFirst(members);
      }
    }
    return members;
  }

  private static <V> Map<String, V> indexesFirst(Map<String, V> members) {
    TreeMap<Long, String> indexes = new TreeMap<>();
    for (String name : members.keySet()) {
      if (isIndex(name)) {
        indexes.put(Long.valueOf(name), name);
      }
    }
    Map<String, V> sorted = new LinkedHashMap<>();
    indexes.values().forEach(name -> sorted.put(name, members.get(name)));
    members.forEach(sorted::putIfAbsent);
    return sorted;
  }

  /** Whether the text is a canonical array index: digits without leading zero, below 2^32 - 1. */
  static boolean isIndex(String name) {
    int length = name.length();
    if (length == 0 || length > MAX_INDEX_DIGITS || (length > 1 && name.charAt(0) == '0')) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return length < MAX_INDEX_DIGITS || Long.parseLong(name) <= MAX_INDEX;
  }
}
