package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
  private static final String SOURCE_TABLE = "3f2a6c1e-5d1b-4b7e-9c55-1f6f0a6f2b11";
  private static final String ID = "j57a1b2c3d4e5f6g7h8i9j0k1m2n3p4q";

  @Test
  void putChecksumCoversTableIdAndData() {
    RowData data = RowData.of("{\"id\":\"" + ID + "\",\"name\":\"Buy milk\",\"done\":1}");

    assertThat(Checksums.put("todos", ID, data)).isEqualTo(1069396669L);
  }

  @Test
  void putChecksumCoversTheExactText() {
    RowData data =
        RowData.of(
            "{\"id\":\"m1\",\"body\":\"naïve ☕ \\\"q\\\"\\n\",\"n\":3.0,"
                + "\"big\":9007199254740993,\"none\":null,\"f\":0.1}");

    assertThat(Checksums.put("messages", "m1", data)).isEqualTo(835055894L);
  }

  @Test
  void removeChecksumCoversTheSubkey() {
    assertThat(Checksums.subkey(SOURCE_TABLE, ID))
        .isEqualTo("1da6e412-7227-5899-b16d-7ba6f042b367");
    assertThat(Checksums.remove(SOURCE_TABLE, ID)).isEqualTo(2531956812L);
  }

  @Test
  void sourceKeyIsBsonWithTheId() {
    assertThat(HexFormat.of().formatHex(SourceKey.encode(ID)))
        .isEqualTo(
            "2e00000002696400210000006a35376131623263336434653566366737683869"
                + "396a306b316d326e337034710000");
  }
}
