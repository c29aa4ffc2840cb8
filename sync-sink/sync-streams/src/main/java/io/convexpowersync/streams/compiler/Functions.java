package io.convexpowersync.streams.compiler;

import java.util.Map;
import java.util.Optional;

/** The scalar functions of edition 3 and how many arguments they take. */
final class Functions {
  private static final int MANY = Integer.MAX_VALUE;

  /**
   * How many arguments a function takes.
   *
   * @param atLeast the evaluator needs as many
   * @param atMost it ignores none
   */
  record Arity(int atLeast, int atMost) {}

  private static final Map<String, Arity> ALL =
      Map.ofEntries(
          Map.entry("hex", new Arity(1, 1)),
          Map.entry("ifnull", new Arity(2, MANY)),
          Map.entry("iif", new Arity(3, 3)),
          Map.entry("instr", new Arity(2, 2)),
          Map.entry("length", new Arity(1, 1)),
          Map.entry("lower", new Arity(1, 1)),
          Map.entry("substring", new Arity(2, 3)),
          Map.entry("typeof", new Arity(1, 1)),
          Map.entry("upper", new Arity(1, 1)),
          Map.entry("json_array_length", new Arity(1, 2)),
          Map.entry("json_extract", new Arity(2, MANY)),
          Map.entry("unixepoch", new Arity(1, MANY)),
          Map.entry("datetime", new Arity(1, MANY)),
          Map.entry("base64", new Arity(1, 1)),
          Map.entry("json_keys", new Arity(1, 1)),
          Map.entry("uuid_blob", new Arity(1, 1)),
          Map.entry("st_asgeojson", new Arity(1, 1)),
          Map.entry("st_astext", new Arity(1, 1)),
          Map.entry("st_x", new Arity(1, 1)),
          Map.entry("st_y", new Arity(1, 1)));

  private Functions() {}

  /**
   * @param name lower case
   */
  static Optional<Arity> arity(String name) {
    return Optional.ofNullable(ALL.get(name));
  }
}
