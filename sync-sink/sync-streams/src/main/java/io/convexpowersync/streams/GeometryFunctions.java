package io.convexpowersync.streams;

import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;

/** Functions over geometries in (E)WKB, as bytes or as hexadecimal text. */
final class GeometryFunctions {
  static final Map<String, ScalarFunction> ALL =
      Map.of(
          "st_asgeojson",
              of(geometry -> new Value.Text(JsonWriter.text(GeometryWriter.geoJson(geometry)))),
          "st_astext", of(geometry -> new Value.Text(GeometryWriter.wkt(geometry))),
          "st_x", of(geometry -> coordinate(geometry, 0)),
          "st_y", of(geometry -> coordinate(geometry, 1)));

  private GeometryFunctions() {}

  private static ScalarFunction of(Function<Geometry.Typed, Value> function) {
    return new ScalarFunction(
        1,
        arguments -> {
          Value value = arguments.get(0);
          if (value instanceof Value.Blob blob) {
            return function.apply(WkbReader.read(blob.bytes()));
          }
          return value instanceof Value.Text text
              ? function.apply(WkbReader.read(leadingHex(text.value())))
              : Value.NULL;
        });
  }

  /** The bytes before the first character that is no hexadecimal digit. */
  private static byte[] leadingHex(String text) {
    int end = 0;
    while (end < text.length() && HexFormat.isHexDigit(text.charAt(end))) {
      end++;
    }
    return HexFormat.of().parseHex(text, 0, end - end % 2);
  }

  private static Value coordinate(Geometry.Typed geometry, int index) {
    return geometry.shape() instanceof Geometry.Position position
        ? new Value.Real(position.coordinates()[index])
        : Value.NULL;
  }
}
