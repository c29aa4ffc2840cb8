package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Geometries as well-known text and as GeoJSON. */
final class GeometryWriter {
  private GeometryWriter() {}

  static String wkt(Geometry geometry) {
    StringBuilder wkt = new StringBuilder();
    append(wkt, geometry);
    return wkt.toString();
  }

  /** GeoJSON has no place for m. */
  static Json geoJson(Geometry.Typed geometry) {
    boolean collection = geometry.type() == Geometry.Type.GEOMETRY_COLLECTION;
    Map<String, Json> members = new LinkedHashMap<>();
    members.put("type", new Value.Text(geometry.type().geoJsonName()));
    members.put(
        collection ? "geometries" : "coordinates",
        coordinates(geometry.shape(), geometry.hasZ() ? 3 : 2));
    return new Json.Obj(members);
  }

  private static Json coordinates(Geometry shape, int dimensions) {
    if (shape instanceof Geometry.Typed member) {
      return geoJson(member);
    }
    List<Json> items = new ArrayList<>();
    if (shape instanceof Geometry.Group group) {
      group.parts().forEach(part -> items.add(coordinates(part, dimensions)));
    } else if (shape instanceof Geometry.Rings rings) {
      if (!rings.outer().parts().isEmpty()) {
        items.add(coordinates(rings.outer(), dimensions));
      }
      rings.inner().forEach(ring -> items.add(coordinates(ring, dimensions)));
    } else if (shape instanceof Geometry.Position position) {
      for (int i = 0; i < dimensions; i++) {
        items.add(new Value.Real(position.coordinates()[i]));
      }
    }
    return new Json.Array(items);
  }

  private static void append(StringBuilder wkt, Geometry geometry) {
    if (geometry instanceof Geometry.Typed typed) {
      typed(wkt, typed);
    } else if (geometry instanceof Geometry.Position position) {
      position(wkt, position.coordinates());
    } else if (geometry instanceof Geometry.Group group) {
      group(wkt, group.parts());
    } else if (geometry instanceof Geometry.Rings rings) {
      group(wkt, Stream.concat(Stream.of(rings.outer()), rings.inner().stream()).toList());
    }
  }

  private static void typed(StringBuilder wkt, Geometry.Typed geometry) {
    Geometry shape = geometry.shape();
    boolean empty = geometry.isEmpty();
    wkt.append(geometry.type().wktName());
    if (geometry.hasZ() || geometry.hasM()) {
      wkt.append(geometry.hasZ() ? " Z" : " ").append(geometry.hasM() ? "M " : " ");
    } else if (empty) {
      wkt.append(' ');
    }
    if (empty) {
      wkt.append("EMPTY");
    } else if (shape instanceof Geometry.Position) {
      append(wkt.append('('), shape);
      wkt.append(')');
    } else {
      append(wkt, shape);
    }
  }

  private static void position(StringBuilder wkt, double[] coordinates) {
    for (int i = 0; i < coordinates.length; i++) {
      if (i > 0) {
        wkt.append(' ');
      }
      NumberText.append(wkt, coordinates[i]);
    }
  }

  /** An empty group has no opening parenthesis, in the Service as here. */
  private static void group(StringBuilder wkt, List<Geometry> parts) {
    wkt.append('(');
    for (Geometry part : parts) {
      append(wkt, part);
      wkt.append(',');
    }
    wkt.setCharAt(wkt.length() - 1, ')');
  }
}
