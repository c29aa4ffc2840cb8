package io.convexpowersync.source.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SizeGuardTest {
  private static final Position AT = Position.ofCommit(1_785_412_800_123_456_789L);
  private static final TableId USERS = TableId.root("users");

  private final SizeGuard guard = new SizeGuard(new SizeLimit(OptionalLong.of(10), true));

  @Test
  void countsWhatIsLeftOut() {
    assertThat(guard.accepts(write("0123456789"))).isTrue();
    assertThat(guard.accepts(write("0123456789a"))).isFalse();
    assertThat(guard.accepts(write("01234567\u20ac"))).isFalse();
    assertThat(guard.count()).isEqualTo(2);
  }

  @Test
  void whatHasNoDocumentIsNeverTooLarge() {
    assertThat(guard.accepts(new Change.Delete(AT, USERS, "0123456789abcdef"))).isTrue();
    assertThat(guard.accepts(new Change.Truncate(AT.nextSeq(), USERS))).isTrue();
  }

  private static Change write(String document) {
    return new Change.Upsert(AT, USERS, "id", document, AT.ts(), false);
  }
}
