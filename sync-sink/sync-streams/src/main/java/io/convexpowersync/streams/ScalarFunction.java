package io.convexpowersync.streams;

import java.util.function.UnaryOperator;

/**
 * A scalar SQL function. Arguments are evaluated before the call.
 *
 * @param minArguments fewer make a plan invalid; more than the function knows are ignored
 */
record ScalarFunction(int minArguments, Body body) {

  /** What the function does; reads its arguments with {@link Arguments}. */
  interface Body {
    Value apply(Arguments arguments);
  }

  /** A function of one argument that is null when the argument is. */
  static ScalarFunction strict(UnaryOperator<Value> function) {
    return new ScalarFunction(
        1,
        arguments -> {
          Value value = arguments.get(0);
          return value.isNull() ? Value.NULL : function.apply(value);
        });
  }

  /** The values of a call. */
  record Arguments(Value... values) {

    /** Absent when there is no such argument. */
    Value get(int index) {
      return index < values.length ? values[index] : Value.ABSENT;
    }
  }
}
