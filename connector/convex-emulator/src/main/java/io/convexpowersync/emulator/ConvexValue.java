package io.convexpowersync.emulator;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of one of Convex's types. Equality is exact: Int64 1 differs from Float64 1.0, and NaNs
 * with different payloads differ.
 */
public sealed interface ConvexValue {

  /** The only null. */
  ConvexValue NULL = new Null();

  static ConvexValue of(String value) {
    return new Str(value);
  }

  static ConvexValue of(boolean value) {
    return new Bool(value);
  }

  /** An Int64. */
  static ConvexValue of(long value) {
    return new Int64(value);
  }

  /** A Float64, which is what a plain JavaScript number is. */
  static ConvexValue of(double value) {
    return new Float64(Double.doubleToRawLongBits(value));
  }

  /**
   * Reads one value from JSON text. Tagged values ({@code {"$integer"}}, {@code {"$float"}}, {@code
   * {"$bytes"}}) are understood in every format.
   *
   * @param format {@link ValueFormat#EXPORT_JSON} reads integer tokens as Int64, the others as
   *     Float64
   * @throws IllegalArgumentException when the text is no value
   */
  static ConvexValue parse(String json, ValueFormat format) {
    return ValueParser.parse(json, format);
  }

  /** This value as JSON text. */
  default String toJson(ValueFormat format) {
    ByteBuf out = new ByteBuf(64);
    ValueWriter.write(this, format, out);
    return out.toString();
  }

  /** Null. */
  record Null() implements ConvexValue {}

  /** Boolean. */
  record Bool(boolean value) implements ConvexValue {}

  /** Int64, a JavaScript bigint. */
  record Int64(long value) implements ConvexValue {}

  /**
   * Float64.
   *
   * @param bits the IEEE 754 bits, so that NaN payloads survive
   */
  record Float64(long bits) implements ConvexValue {
    public double value() {
      return Double.longBitsToDouble(bits);
    }
  }

  /** String, and every document id. */
  record Str(String value) implements ConvexValue {}

  /** Bytes. The array is not copied: treat it as immutable. */
  record Bytes(byte[] value) implements ConvexValue {
    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Bytes[" + value.length + "]";
    }
  }

  /** Array. */
  record Arr(List<ConvexValue> values) implements ConvexValue {
    public Arr {
      values = List.copyOf(values);
    }
  }

  /** Object; fields in byte order of their (ASCII) names. */
  record Obj(SortedMap<String, ConvexValue> fields) implements ConvexValue {
    public Obj {
      fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** The field's value, or null when it is absent. */
    public ConvexValue get(String field) {
      return fields.get(field);
    }
  }
}
