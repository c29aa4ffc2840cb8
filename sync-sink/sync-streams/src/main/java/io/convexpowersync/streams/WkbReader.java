package io.convexpowersync.streams;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads well-known binary, both in the ISO form and in PostGIS's extended form, whose type codes
 * carry flags. Not thread-safe.
 */
final class WkbReader {
  private static final int Z_FLAG = 0x80000000;
  private static final int M_FLAG = 0x40000000;
  private static final int SRID_FLAG = 0x20000000;
  private static final int EXTENDED_TYPE_MASK = 0xF;

  /** ISO codes add 1000 for z, 2000 for m, 3000 for both. */
  private static final int ISO_DIMENSION = 1000;

  private static final int MAX_DEPTH = 100;

  private final ByteBuffer bytes;
  private int depth;

  private WkbReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /**
   * @throws EvaluationException if the bytes are no geometry
   */
  static Geometry.Typed read(byte[] bytes) {
    try {
      return new WkbReader(bytes).geometry(false);
    } catch (BufferUnderflowException e) {
      throw new EvaluationException("The geometry ends too early");
    }
  }

  private Geometry.Typed geometry(boolean extendedParent) {
    if (++depth > MAX_DEPTH) {
      throw new EvaluationException("The geometry is nested too deep");
    }
    bytes.order(bytes.get() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int code = bytes.getInt();
    boolean extended = (code & (Z_FLAG | M_FLAG | SRID_FLAG)) != 0;
    if ((code & SRID_FLAG) != 0) {
      bytes.getInt();
    }
    Geometry.Typed geometry =
        extended || extendedParent
            ? geometry(
                code & EXTENDED_TYPE_MASK, (code & Z_FLAG) != 0, (code & M_FLAG) != 0, extended)
            : isoGeometry(code);
    depth--;
    return geometry;
  }

  private Geometry.Typed isoGeometry(int code) {
    int dimensions = code / ISO_DIMENSION;
    boolean known = code >= 0 && dimensions <= 3;
    return geometry(
        known ? code % ISO_DIMENSION : 0,
        dimensions == 1 || dimensions == 3,
        dimensions >= 2,
        false);
  }

  private Geometry.Typed geometry(int code, boolean hasZ, boolean hasM, boolean extended) {
    if (code < 1 || code > Geometry.Type.values().length) {
      throw new EvaluationException("Unknown type of geometry");
    }
    Geometry.Type type = Geometry.Type.values()[code - 1];
    int size = 2 + (hasZ ? 1 : 0) + (hasM ? 1 : 0);
    Geometry shape =
        switch (type) {
          case POINT -> position(size);
          case LINE_STRING -> positions(size);
          case POLYGON -> rings(size);
          default -> members(type, extended);
        };
    return new Geometry.Typed(type, hasZ, hasM, shape);
  }

  private Geometry.Position position(int size) {
    double[] coordinates = new double[size];
    for (int i = 0; i < size; i++) {
      coordinates[i] = bytes.getDouble();
    }
    return new Geometry.Position(coordinates);
  }

  private Geometry.Group positions(int size) {
    List<Geometry> positions = new ArrayList<>();
    for (long left = count(); left > 0; left--) {
      positions.add(position(size));
    }
    return new Geometry.Group(positions);
  }

  private Geometry.Rings rings(int size) {
    long left = count();
    Geometry.Group outer = left > 0 ? positions(size) : new Geometry.Group(List.of());
    List<Geometry> inner = new ArrayList<>();
    for (left--; left > 0; left--) {
      inner.add(positions(size));
    }
    return new Geometry.Rings(outer, inner);
  }

  /** A collection holds geometries, the other multiple types only their shapes. */
  private Geometry.Group members(Geometry.Type type, boolean extended) {
    List<Geometry> members = new ArrayList<>();
    for (long left = count(); left > 0; left--) {
      Geometry.Typed member = geometry(extended);
      members.add(type == Geometry.Type.GEOMETRY_COLLECTION ? member : member.shape());
    }
    return new Geometry.Group(members);
  }

  private long count() {
    return Integer.toUnsignedLong(bytes.getInt());
  }
}
