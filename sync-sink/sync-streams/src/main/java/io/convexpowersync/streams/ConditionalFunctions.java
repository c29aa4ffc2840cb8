package io.convexpowersync.streams;

import java.util.Map;

/** Functions that choose between their arguments; absent values pass through. */
final class ConditionalFunctions {
  static final Map<String, ScalarFunction> ALL =
      Map.of(
          "ifnull",
          new ScalarFunction(
              2,
              arguments -> {
                Value first = arguments.get(0);
                return first.isNull() ? arguments.get(1) : first;
              }),
          "iif",
          new ScalarFunction(3, arguments -> arguments.get(Casts.isTrue(arguments.get(0)) ? 1 : 2)),
          "typeof",
          new ScalarFunction(1, arguments -> new Value.Text(arguments.get(0).typeName())));

  private ConditionalFunctions() {}
}
