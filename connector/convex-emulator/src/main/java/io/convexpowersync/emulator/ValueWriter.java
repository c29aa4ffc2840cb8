package io.convexpowersync.emulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Map;

/** Renders values byte for byte as the server does. */
final class ValueWriter {
  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  private ValueWriter() {}

  static void write(ConvexValue value, ValueFormat format, ByteBuf out) {
    if (value instanceof ConvexValue.Str string) {
      out.string(string.value());
    } else if (value instanceof ConvexValue.Float64 number) {
      writeFloat(number, format, out);
    } else if (value instanceof ConvexValue.Int64 number) {
      writeInteger(number.value(), format, out);
    } else if (value instanceof ConvexValue.Bool bool) {
      out.ascii(bool.value() ? "true" : "false");
    } else if (value instanceof ConvexValue.Null) {
      out.ascii("null");
    } else if (value instanceof ConvexValue.Bytes bytes) {
      writeBytes(bytes.value(), format, out);
    } else if (value instanceof ConvexValue.Arr array) {
      writeArray(array, format, out);
    } else {
      writeObject(((ConvexValue.Obj) value).fields(), format, out);
    }
  }

  static void writeObject(Map<String, ConvexValue> fields, ValueFormat format, ByteBuf out) {
    out.append('{');
    writeFields(fields, format, out);
    out.append('}');
  }

  /** The fields without the braces. */
  static void writeFields(Map<String, ConvexValue> fields, ValueFormat format, ByteBuf out) {
    Separator separator = new Separator(out);
    for (Map.Entry<String, ConvexValue> field : fields.entrySet()) {
      separator.next();
      out.string(field.getKey()).append(':');
      write(field.getValue(), format, out);
    }
  }

  /** Whether this value looks the same in a format as in {@code export_json}. */
  static boolean sameAsExport(ConvexValue value, ValueFormat format) {
    if (value instanceof ConvexValue.Int64) {
      return format == ValueFormat.EXPORT_JSON;
    }
    if (value instanceof ConvexValue.Bytes) {
      return format != ValueFormat.JSON;
    }
    if (value instanceof ConvexValue.Float64 number) {
      return switch (format) {
        case EXPORT_JSON -> true;
        case JSON -> Double.isFinite(number.value());
        case CONVEX_ENCODED_JSON -> number.bits() != NEGATIVE_ZERO;
      };
    }
    if (value instanceof ConvexValue.Arr array) {
      return array.values().stream().allMatch(element -> sameAsExport(element, format));
    }
    if (value instanceof ConvexValue.Obj object) {
      return object.fields().values().stream().allMatch(field -> sameAsExport(field, format));
    }
    return true;
  }

  private static void writeArray(ConvexValue.Arr array, ValueFormat format, ByteBuf out) {
    out.append('[');
    Separator separator = new Separator(out);
    for (ConvexValue element : array.values()) {
      separator.next();
      write(element, format, out);
    }
    out.append(']');
  }

  private static void writeInteger(long value, ValueFormat format, ByteBuf out) {
    switch (format) {
      case JSON -> out.append('"').number(value).append('"');
      case EXPORT_JSON -> out.number(value);
      case CONVEX_ENCODED_JSON -> tagged("$integer", littleEndian(value), out);
    }
  }

  private static void writeFloat(ConvexValue.Float64 number, ValueFormat format, ByteBuf out) {
    double value = number.value();
    if (Double.isFinite(value)) {
      if (format == ValueFormat.CONVEX_ENCODED_JSON && number.bits() == NEGATIVE_ZERO) {
        tagged("$float", littleEndian(number.bits()), out);
      } else {
        out.ascii(FloatText.of(value));
      }
    } else if (format == ValueFormat.JSON) {
      out.append('"').ascii(Double.toString(value)).append('"');
    } else {
      tagged("$float", littleEndian(number.bits()), out);
    }
  }

  private static void writeBytes(byte[] value, ValueFormat format, ByteBuf out) {
    if (format == ValueFormat.JSON) {
      out.append('"').append(Base64.getEncoder().encode(value)).append('"');
    } else {
      tagged("$bytes", value, out);
    }
  }

  private static void tagged(String tag, byte[] payload, ByteBuf out) {
    out.ascii("{\"").ascii(tag).ascii("\":\"");
    out.append(Base64.getEncoder().encode(payload)).ascii("\"}");
  }

  private static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
