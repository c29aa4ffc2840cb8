package io.convexpowersync.streams;

import java.math.BigInteger;

/**
 * A value that expressions work on: one of SQLite's five types, or {@link Absent}, which stands for
 * a column that the row does not have. Integers are unbounded. Immutable, except that a {@link
 * Blob}'s array is shared and must not be changed.
 */
sealed interface Value {
  Null NULL = Null.INSTANCE;
  Absent ABSENT = Absent.INSTANCE;
  Int ZERO = new Int(0, null);
  Int ONE = new Int(1, null);

  /** SQL truth as an integer. */
  static Int of(boolean truth) {
    return truth ? ONE : ZERO;
  }

  /** Whether the value counts as SQL null; absent does. */
  default boolean isNull() {
    return false;
  }

  /** Whether the value can stand in a bucket name or lookup: neither null, absent nor a blob. */
  default boolean isKeyable() {
    return true;
  }

  /** Name of the type as SQL's {@code typeof} prints it. */
  String typeName();

  /** SQL null. */
  enum Null implements Value, Json {
    INSTANCE;

    @Override
    public boolean isNull() {
      return true;
    }

    @Override
    public boolean isKeyable() {
      return false;
    }

    @Override
    public String typeName() {
      return "null";
    }
  }

  /** A column that is not in the row, or what a function made of one. */
  enum Absent implements Value {
    INSTANCE;

    @Override
    public boolean isNull() {
      return true;
    }

    @Override
    public boolean isKeyable() {
      return false;
    }

    @Override
    public String typeName() {
      return "null";
    }
  }

  /**
   * An integer of any size.
   *
   * @param small the value if {@code big} is null
   * @param big the value if it does not fit a long, else null
   */
  record Int(long small, BigInteger big) implements Value, Json {
    static Int of(long value) {
      return new Int(value, null);
    }

    static Int of(BigInteger value) {
      return value.bitLength() < Long.SIZE ? of(value.longValue()) : new Int(0, value);
    }

    boolean isZero() {
      return big == null && small == 0;
    }

    BigInteger toBig() {
      return big == null ? BigInteger.valueOf(small) : big;
    }

    double toDouble() {
      return big == null ? small : big.doubleValue();
    }

    /** The low 64 bits. */
    long wrapped() {
      return big == null ? small : big.longValue();
    }

    String digits() {
      return big == null ? Long.toString(small) : big.toString();
    }

    @Override
    public String typeName() {
      return "integer";
    }
  }

  /** A double. */
  record Real(double value) implements Value, Json {
    @Override
    public String typeName() {
      return "real";
    }
  }

  /** UTF-16 text; may hold surrogates without partner. */
  record Text(String value) implements Value, Json {
    @Override
    public String typeName() {
      return "text";
    }
  }

  /** Bytes; exist only inside expressions. */
  record Blob(byte[] bytes) implements Value {
    @Override
    public boolean isKeyable() {
      return false;
    }

    @Override
    public String typeName() {
      return "blob";
    }
  }
}
