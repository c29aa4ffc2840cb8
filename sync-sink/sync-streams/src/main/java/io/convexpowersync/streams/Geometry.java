package io.convexpowersync.streams;

import java.util.List;

/** A geometry as (E)WKB describes it, or a part of one. */
sealed interface Geometry {

  /** Coordinates in the order x, y, z, m, of which z and m may be missing. */
  record Position(double[] coordinates) implements Geometry {}

  /** A list of parts of one kind. */
  record Group(List<Geometry> parts) implements Geometry {}

  /**
   * A whole geometry.
   *
   * @param shape positions, in as many levels as the type has; of a collection, its members
   */
  record Typed(Type type, boolean hasZ, boolean hasM, Geometry shape) implements Geometry {}

  /** In the order of their WKB codes, from 1. */
  enum Type {
    POINT("Point"),
    LINE_STRING("LineString"),
    POLYGON("Polygon"),
    MULTI_POINT("MultiPoint"),
    MULTI_LINE_STRING("MultiLineString"),
    MULTI_POLYGON("MultiPolygon"),
    GEOMETRY_COLLECTION("GeometryCollection");

    private final String geoJsonName;

    Type(String geoJsonName) {
      this.geoJsonName = geoJsonName;
    }

    String geoJsonName() {
      return geoJsonName;
    }

    String wktName() {
      return name().replace("_", "");
    }
  }
}
