package io.convexpowersync.streams;

import java.util.HashMap;
import java.util.Map;

/** Every scalar function that a plan may call, by name. */
final class Functions {
  private Functions() {}

  static Map<String, ScalarFunction> of(Compatibility compatibility) {
    Map<String, ScalarFunction> functions = new HashMap<>();
    functions.putAll(TextFunctions.ALL);
    functions.putAll(ConditionalFunctions.ALL);
    functions.putAll(DateFunctions.ALL);
    functions.putAll(GeometryFunctions.ALL);
    functions.putAll(JsonFunctions.all(compatibility));
    return Map.copyOf(functions);
  }
}
