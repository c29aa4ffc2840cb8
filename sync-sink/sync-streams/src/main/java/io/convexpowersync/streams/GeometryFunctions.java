package io.convexpowersync.streams;

import java.util.Map;

/** Functions over geometries in (E)WKB. */
final class GeometryFunctions {
  static final Map<String, ScalarFunction> ALL = Map.of();

  private GeometryFunctions() {}
}
