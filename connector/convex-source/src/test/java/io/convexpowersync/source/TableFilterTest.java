package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.TableId;
import org.junit.jupiter.api.Test;

final class TableFilterTest {
  private static final TableId USERS = TableId.root("users");
  private static final TableId SIGNUPS = new TableId("waitlist", "signups");
  private static final TableId NESTED = new TableId("waitlist/inner", "signups");

  @Test
  void twoEmptyListsCaptureEverything() {
    assertThat(new TableFilter("", " ")).accepts(USERS, SIGNUPS, NESTED);
  }

  @Test
  void anExpressionMatchesTheWholeName() {
    assertThat(new TableFilter("user", "")).rejects(USERS);
    assertThat(new TableFilter("user.*", "")).accepts(USERS).rejects(SIGNUPS);
    assertThat(new TableFilter("signups", "")).rejects(SIGNUPS, NESTED);
    assertThat(new TableFilter("waitlist/signups", "")).accepts(SIGNUPS).rejects(NESTED);
    assertThat(new TableFilter(".*/signups", "")).accepts(SIGNUPS, NESTED).rejects(USERS);
  }

  @Test
  void caseDoesNotMatter() {
    assertThat(new TableFilter("USERS", "")).accepts(USERS);
  }

  @Test
  void aCommaInsideAnExpressionIsEscaped() {
    assertThat(new TableFilter("u[a-z]{1\\,9}, waitlist/.*", "")).accepts(USERS, SIGNUPS);
  }

  @Test
  void theExcludeListTakesAway() {
    assertThat(new TableFilter("", "waitlist/.*")).accepts(USERS).rejects(SIGNUPS, NESTED);
  }

  @Test
  void theFingerprintChangesWithTheChoice() {
    assertThat(new TableFilter("users", "").fingerprint())
        .hasSize(16)
        .isEqualTo(new TableFilter(" users , ", "").fingerprint())
        .isNotEqualTo(new TableFilter("", "users").fingerprint())
        .isNotEqualTo(new TableFilter("users,todos", "").fingerprint());
  }
}
