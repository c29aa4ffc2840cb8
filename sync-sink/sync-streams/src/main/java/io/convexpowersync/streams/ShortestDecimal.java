package io.convexpowersync.streams;

import java.math.BigInteger;

/**
 * The shortest decimal that reads back as a given double, and of those the closest to it: {@code
 * digits * 10^exponent}, without trailing zeros. {@code Double.toString} gives it only from JDK 19.
 *
 * <p>The algorithm is Schubfach: R. Giulietti, "The Schubfach way to render doubles" (2020). The
 * double and the ends of its rounding interval are scaled by a power of ten, of which 126
 * significant bits are enough, so that the interval holds between two and twenty integers; the
 * answer is one of at most four candidates.
 */
record ShortestDecimal(long digits, int exponent) {
  private static final int MANTISSA_BITS = 52;
  private static final long HIDDEN_BIT = 1L << MANTISSA_BITS;
  private static final int EXPONENT_MASK = 0x7FF;
  private static final int EXPONENT_BIAS = 1075;

  private static final int MIN_POWER = -292;
  private static final int MAX_POWER = 324;

  /** For each power of ten its 128 leading bits, rounded up: high and low halves alternate. */
  private static final long[] POWERS = powers();

  /**
   * @param value positive and finite
   */
  static ShortestDecimal of(double value) {
    long bits = Double.doubleToRawLongBits(value);
    long mantissa = bits & (HIDDEN_BIT - 1);
    int exponent = (int) (bits >>> MANTISSA_BITS) & EXPONENT_MASK;
    if (exponent == 0) {
      return shortest(mantissa, 1 - EXPONENT_BIAS, false);
    }
    boolean lowerHalfGap = mantissa == 0 && exponent > 1;
    return shortest(mantissa | HIDDEN_BIT, exponent - EXPONENT_BIAS, lowerHalfGap);
  }

  /**
   * @param lowerHalfGap the next double below is half as far away as the next one above
   */
  private static ShortestDecimal shortest(long c, int q, boolean lowerHalfGap) {
    int k = floorLog10Pow2(q, lowerHalfGap);
    int shift = q + floorLog2Pow10(-k) + 1;
    int power = 2 * (-k - MIN_POWER);
    long high = POWERS[power];
    long low = POWERS[power + 1];

    // Everything is in quarters of 10^k, so that the interval's ends are integers too.
    long value = scale(high, low, (4 * c) << shift);
    long odd = c & 1;
    long lower = scale(high, low, (4 * c - (lowerHalfGap ? 1 : 2)) << shift) + odd;
    long upper = scale(high, low, (4 * c + 2) << shift) - odd;

    long units = value >> 2;
    if (units >= 10) {
      long tens = units / 10;
      boolean belowInside = lower <= 40 * tens;
      boolean aboveInside = 40 * tens + 40 <= upper;
      if (belowInside != aboveInside) {
        return trimmed(aboveInside ? tens + 1 : tens, k + 1);
      }
    }
    boolean belowInside = lower <= 4 * units;
    boolean aboveInside = 4 * units + 4 <= upper;
    if (belowInside != aboveInside) {
      return trimmed(aboveInside ? units + 1 : units, k);
    }
    long middle = 4 * units + 2;
    boolean roundUp = value > middle || (value == middle && (units & 1) != 0);
    return trimmed(roundUp ? units + 1 : units, k);
  }

  private static ShortestDecimal trimmed(long digits, int exponent) {
    long rest = digits;
    int power = exponent;
    while (rest % 10 == 0) {
      rest /= 10;
      power++;
    }
    return new ShortestDecimal(rest, power);
  }

  /** {@code power * factor / 2^128}, its lowest bit set if anything was cut off. */
  private static long scale(long high, long low, long factor) {
    long carry = unsignedMultiplyHigh(low, factor);
    long middle = high * factor;
    long result = unsignedMultiplyHigh(high, factor);
    long sum = middle + carry;
    if (Long.compareUnsigned(sum, middle) < 0) {
      result++;
    }
    return Long.compareUnsigned(sum, 1) > 0 ? result | 1 : result;
  }

  private static long unsignedMultiplyHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
  }

  /** {@code floor(log10(2^q))}, or of three quarters of it. */
  private static int floorLog10Pow2(int q, boolean threeQuarters) {
    return (q * 1262611 - (threeQuarters ? 524031 : 0)) >> 22;
  }

  private static int floorLog2Pow10(int e) {
    return (e * 1741647) >> 19;
  }

  private static long[] powers() {
    long[] powers = new long[2 * (MAX_POWER - MIN_POWER + 1)];
    for (int e = MIN_POWER; e <= MAX_POWER; e++) {
      BigInteger leading = leadingBits(e);
      powers[2 * (e - MIN_POWER)] = leading.shiftRight(Long.SIZE).longValue();
      powers[2 * (e - MIN_POWER) + 1] = leading.longValue();
    }
    return powers;
  }

  private static BigInteger leadingBits(int e) {
    int shift = 127 - floorLog2Pow10(e);
    BigInteger power = BigInteger.TEN.pow(Math.abs(e));
    BigInteger numerator = e < 0 ? BigInteger.ONE : power;
    BigInteger denominator = e < 0 ? power : BigInteger.ONE;
    if (shift >= 0) {
      numerator = numerator.shiftLeft(shift);
    } else {
      denominator = denominator.shiftLeft(-shift);
    }
    BigInteger[] quotient = numerator.divideAndRemainder(denominator);
    return quotient[1].signum() == 0 ? quotient[0] : quotient[0].add(BigInteger.ONE);
  }
}
