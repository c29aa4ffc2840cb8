package io.convexpowersync.source.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.TableRef;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ColumnFilterTest {
  private static final TableRef USERS = new TableRef("", "users");
  private static final TableRef SIGNUPS = new TableRef("waitlist/inner", "signups");

  @Test
  void anExpressionMatchesTheWholeNameOfAField() {
    ColumnFilter filter = filter("users\\.pass.*", "waitlist/.*/signups\\.email");
    assertThat(filter.excludes(USERS, "password")).isTrue();
    assertThat(filter.excludes(USERS, "PASSport")).as("case does not matter").isTrue();
    assertThat(filter.excludes(USERS, "compass")).isFalse();
    assertThat(filter.excludes(SIGNUPS, "email")).isTrue();
    assertThat(filter.excludes(SIGNUPS, "password")).isFalse();
    assertThat(filter.excludes(new TableRef("x", "users"), "password")).isFalse();
  }

  @Test
  void theIdAlwaysStays() {
    ColumnFilter filter = filter("users\\..*");
    assertThat(filter.excludes(USERS, "_id")).isFalse();
    assertThat(filter.excludes(USERS, "_creationTime")).isTrue();
  }

  @Test
  void namesThatAreSpeltOutAreKnownFromTheStart() {
    assertThat(filter("users\\.secret", "waitlist/inner/signups.email", "todos\\.a|b").known())
        .isEqualTo(Map.of(USERS, Set.of("secret"), SIGNUPS, Set.of("email")));
  }

  @Test
  void namesThatWereSeenAreKnownFromThenOn() {
    ColumnFilter filter = filter("users\\.secret.*");
    assertThat(filter.known()).isEmpty();
    filter.excludes(USERS, "secret1");
    filter.excludes(USERS, "open");
    assertThat(filter.known()).isEqualTo(Map.of(USERS, Set.of("secret1")));
  }

  @Test
  void namesThatConvexWouldRefuseAreNotSent() {
    ColumnFilter filter = filter("users\\..*");
    assertThat(filter.excludes(USERS, "with space")).isTrue();
    assertThat(filter.known()).isEmpty();
  }

  @Test
  void keysThatAreDataDoNotFillTheMemory() {
    ColumnFilter filter = filter("users\\..*");
    for (int i = 0; i < 3_000; i++) {
      assertThat(filter.excludes(USERS, "k" + i)).isTrue();
    }
    assertThat(filter.known().get(USERS)).hasSize(1_000);
  }

  private static ColumnFilter filter(String... expressions) {
    return new ColumnFilter(
        Arrays.stream(expressions)
            .map(text -> Pattern.compile(text, Pattern.CASE_INSENSITIVE))
            .toList());
  }
}
