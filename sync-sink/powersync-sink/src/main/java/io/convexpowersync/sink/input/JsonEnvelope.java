package io.convexpowersync.sink.input;

import java.util.Map;

/**
 * JSON that carries its schema, {@code {"schema": ..., "payload": ...}}, as JsonConverter delivers
 * it with {@code schemas.enable=false}. The log's form is known, so nothing is lost without the
 * schema; and one setting of the sink reads topics of both kinds, also one whose source was changed
 * from one kind to the other.
 */
final class JsonEnvelope {
  private static final String SCHEMA = "schema";
  private static final String PAYLOAD = "payload";

  /** What is in the envelope; without one, what was delivered. */
  static Object content(Object delivered) {
    return delivered instanceof Map<?, ?> map
            && map.size() == 2
            && map.containsKey(SCHEMA)
            && map.containsKey(PAYLOAD)
        ? map.get(PAYLOAD)
        : delivered;
  }

  private JsonEnvelope() {}
}
