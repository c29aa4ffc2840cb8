package io.convexpowersync.streams;

import java.util.List;

/** A geometry as (E)WKB describes it, or a part of one. */
sealed interface Geometry {

  /** Coordinates in the order x, y, z, m, of which z and m may be missing. */
  record Position(double[] coordinates) implements Geometry {}

  /** A list of parts of one kind. */
  record Group(List<Geometry> parts) implements Geometry {}

  /**
   * The rings of a polygon.
   *
   * @param outer empty if there are none
   */
  record Rings(Group outer, List<Geometry> inner) implements Geometry {}

  /**
   * A whole geometry.
   *
   * @param shape of a collection, its members; of the other multiple types, the members' shapes
   */
  record Typed(Type type, boolean hasZ, boolean hasM, Geometry shape) implements Geometry {

    /** A polygon without outer ring counts as empty. */
    boolean isEmpty() {
      Geometry parts = shape instanceof Rings rings ? rings.outer() : shape;
      return parts instanceof Group group && group.parts().isEmpty();
    }
  }

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
