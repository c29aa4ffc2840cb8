package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.MemberOrder;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The order of streams in a plan: that of the members of a JavaScript object. */
final class StreamOrder {
  private StreamOrder() {}

  static <T> Collection<T> sorted(Map<String, T> streams) {
    return MemberOrder.sorted(new LinkedHashMap<>(streams)).values();
  }
}
