package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Doubles as text, against a slow search for the shortest digits. */
class NumberTextPropertyTest {

  @Provide
  Arbitrary<Double> doubles() {
    Arbitrary<Double> anyBits =
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
    Arbitrary<Double> powersOfTwo =
        Arbitraries.integers().between(-1074, 1023).map(e -> Math.scalb(1.0, e));
    Arbitrary<Double> decimals =
        Combinators.combine(
                Arbitraries.longs().between(-999_999_999_999_999L, 999_999_999_999_999L),
                Arbitraries.integers().between(-30, 30))
            .as((digits, exponent) -> new BigDecimal(digits).scaleByPowerOfTen(exponent))
            .map(BigDecimal::doubleValue);
    Arbitrary<Double> creationTimes = Arbitraries.doubles().between(1.5e12, 2.0e12).ofScale(4);
    return Arbitraries.oneOf(anyBits, powersOfTwo, decimals, creationTimes);
  }

  @Property(tries = 5000)
  void textReadsBackAsTheSameNumber(@ForAll("doubles") double value) {
    assertThat(Double.parseDouble(NumberText.of(value))).isEqualTo(value + 0.0);
  }

  @Property(tries = 5000)
  void digitsAreTheFewestAndOfThoseTheClosest(@ForAll("doubles") double value) {
    if (value == 0) {
      assertThat(NumberText.of(value)).isEqualTo("0");
      return;
    }
    assertThat(new BigDecimal(NumberText.of(value))).isEqualByComparingTo(shortest(value));
  }

  @Property(tries = 2000)
  void layoutIsThatOfJavaScript(@ForAll("doubles") double value) {
    double size = Math.abs(value);
    String text = NumberText.of(value);

    if (size == 0 || (size >= 1e-6 && size < 1e21)) {
      assertThat(text).matches("-?(0|[1-9][0-9]*)(\\.[0-9]*[1-9])?");
    } else {
      assertThat(text).matches("-?[1-9](\\.[0-9]*[1-9])?e[+-][1-9][0-9]*");
    }
  }

  @Property(tries = 2000)
  void comparisonWithIntegersIsExact(@ForAll("doubles") double real, @ForAll long integer) {
    int expected = new BigDecimal(integer).compareTo(new BigDecimal(real));

    assertThat(Comparison.compare(Value.Int.of(integer), new Value.Real(real))).isEqualTo(expected);
    assertThat(Comparison.compare(new Value.Real(real), Value.Int.of(integer)))
        .isEqualTo(-expected);
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int precision = 1; ; precision++) {
      int digits = precision;
      List<BigDecimal> readingBack =
          List.of(RoundingMode.HALF_EVEN, RoundingMode.UP, RoundingMode.DOWN).stream()
              .map(mode -> exact.round(new MathContext(digits, mode)))
              .filter(candidate -> candidate.doubleValue() == value)
              .toList();
      if (!readingBack.isEmpty()) {
        return readingBack.stream()
            .min(Comparator.comparing(candidate -> candidate.subtract(exact).abs()))
            .orElseThrow();
      }
    }
  }
}
