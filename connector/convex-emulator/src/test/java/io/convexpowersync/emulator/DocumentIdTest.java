package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentIdTest {
  @Test
  void encodesTheKnownVectors() {
    assertThat(new DocumentId(10001, InternalId.ZERO).text())
        .isEqualTo("j5700000000000000000000000001qv0");
    assertThat(new DocumentId(1, InternalId.ZERO).text())
        .isEqualTo("0400000000000000000000000000248");
    byte[] powers = new byte[16];
    powers[0] = (byte) 251;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = (byte) (powers[i - 1] * 251);
    }
    assertThat(new DocumentId(1017, InternalId.of(powers)).text())
        .isEqualTo("z43zp6c3e75gkmz1kfwj6mbbx5sw281h");
  }

  @Test
  void readsBackWhatItWrites() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1000; i++) {
      int table = random.nextInt(1, Integer.MAX_VALUE) >>> random.nextInt(31);
      DocumentId id =
          new DocumentId(Math.max(1, table), new InternalId(random.nextLong(), random.nextLong()));
      assertThat(DocumentId.parse(id.text())).isEqualTo(id);
    }
  }

  @Test
  void orderOfTextsIsOrderOfInternalIds() {
    SplittableRandom random = new SplittableRandom(8);
    Stream.generate(() -> new InternalId(random.nextLong(), random.nextLong()))
        .limit(500)
        .sorted()
        .map(id -> new DocumentId(10007, id).text())
        .reduce(
            (before, after) -> {
              assertThat(before).isLessThan(after);
              return after;
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "j57",
        "j5700000000000000000000000001qv1",
        "J5700000000000000000000000001QV0",
        "j5700000000000000000000000001qv00",
        "u5700000000000000000000000001qv0",
        "sssswsgggggggggsgcsssfafffsffks",
        "not an id"
      })
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> DocumentId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
