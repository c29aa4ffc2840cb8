package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which configs are warned of because a client may get one bucket by two ways. */
class BucketWaysTest {
  private static final String FRIENDS =
      "(SELECT who FROM friends WHERE friends.of_user = auth.user_id())";
  private static final String ROLE = "auth.parameter('role')";

  private static List<String> warnings(String yaml) {
    return CompiledSyncConfig.of("sync.yaml", yaml).load(1).warnings();
  }

  /** One stream with this condition. */
  private static List<String> ofStream(String condition) {
    return warnings(
        """
        config:
          edition: 3
        streams:
          mine:
            query: SELECT *, _id AS id FROM todos WHERE %s
        """
            .formatted(condition));
  }

  /** Two streams with these conditions. */
  private static List<String> ofStreams(String one, int priority, String other) {
    return warnings(
        """
        config:
          edition: 3
        streams:
          one:
            priority: %d
            query: SELECT *, _id AS id FROM todos WHERE %s
          other:
            priority: 2
            query: SELECT *, _id AS id FROM todos WHERE %s
        """
            .formatted(priority, one, other));
  }

  /** A bucket definition with these parameter queries. */
  private static List<String> ofDefinition(int edition, String one, String other) {
    return warnings(
        """
        config:
          edition: %d
        bucket_definitions:
          mine:
            parameters:
              - %s
              - %s
            data:
              - SELECT _id AS id, title FROM todos WHERE owner = bucket.u AND kind = bucket.k
        """
            .formatted(edition, one, other));
  }

  private static String both(String own, String friends) {
    return "(owner = auth.user_id() AND "
        + own
        + ") OR (owner IN "
        + FRIENDS
        + " AND "
        + friends
        + ")";
  }

  @Test
  void saysWhatClientsWillSeeAndWhatToDo() {
    assertThat(ofStream("owner = auth.user_id() OR owner IN " + FRIENDS))
        .containsExactly(
            "Stream mine, bucket mine|0: clients may get a bucket both by values of their token or"
                + " parameters alone and through a table. PowerSync Services from 1.24.0 on then"
                + " send its operations twice, and these clients never finish a sync (Checksums"
                + " didn't match). Let both ways go through a table, or neither, or give them"
                + " different priorities, or use a Service with the fix of powersync-service issue"
                + " 813");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth.user_id()",
        "subscription.parameter('o')",
        "connection.parameter('o')",
        "'everyone' || auth.user_id()"
      })
  void warnsOfAValueOfTheRequestBesideATable(String value) {
    assertThat(ofStream("owner = " + value + " OR owner IN " + FRIENDS)).hasSize(1);
    assertThat(ofStream("owner IN " + FRIENDS + " OR owner = " + value)).hasSize(1);
  }

  @Test
  void aListInTheRequestIsNoTable() {
    String listed = "owner IN auth.parameter('owners')";
    assertThat(ofStream(listed + " OR owner IN " + FRIENDS)).hasSize(1);
    assertThat(ofStream(listed + " OR owner = auth.user_id()")).isEmpty();
  }

  @Test
  void aTableThatOnlyLetsClientsInIsAWayToo() {
    assertThat(
            ofStreams("done = 0", 2, "done = 0 AND auth.user_id() IN (SELECT admin FROM admins)"))
        .hasSize(1);
  }

  @Test
  void namesEveryStreamOfTheBucket() {
    assertThat(ofStreams("owner = subscription.parameter('o')", 2, "owner IN " + FRIENDS))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("Stream one, other, bucket one|0: ");
  }

  @Test
  void waysOfOneKindAreNotWarnedOf() {
    String users = "(SELECT _id FROM users WHERE users._id = auth.user_id())";
    assertThat(ofStream("owner = auth.user_id() OR owner = auth.parameter('team')")).isEmpty();
    assertThat(ofStream("owner IN " + users + " OR owner IN " + FRIENDS)).isEmpty();
    assertThat(
            ofStreams(
                "owner = subscription.parameter('o')", 2, "owner = subscription.parameter('o')"))
        .isEmpty();
    assertThat(ofStream("owner = subscription.parameter('o') AND owner IN " + FRIENDS)).isEmpty();
  }

  @Test
  void otherBucketsAreNotWarnedOf() {
    assertThat(ofStream("owner = auth.user_id() OR assignee IN " + FRIENDS)).isEmpty();
    assertThat(ofStreams("owner = auth.user_id()", 2, "assignee IN " + FRIENDS)).isEmpty();
    assertThat(ofStreams("owner = auth.user_id()", 2, "done = 0 AND owner IN " + FRIENDS))
        .isEmpty();
  }

  @Test
  void differentPrioritiesAreNotWarnedOf() {
    assertThat(ofStreams("owner = auth.user_id()", 1, "owner IN " + FRIENDS)).isEmpty();
    assertThat(ofStreams("owner = auth.user_id()", 2, "owner IN " + FRIENDS)).hasSize(1);
  }

  @Test
  void clientsThatCannotHaveBothWaysAreNotWarnedOf() {
    assertThat(ofStream(both(ROLE + " = 'user'", ROLE + " = 'admin'"))).isEmpty();
    assertThat(ofStream(both(ROLE + " = 'user'", ROLE + " != 'user'"))).isEmpty();
    assertThat(ofStream(both("NOT " + ROLE + " = 'user'", ROLE + " = 'user'"))).isEmpty();
    assertThat(ofStream(both(ROLE + " IN ARRAY['a', 'b']", ROLE + " IN ARRAY['c', 'd']")))
        .isEmpty();
    assertThat(ofStream(both(ROLE + " IS NULL", "1 = 1 AND " + ROLE + " IS NOT NULL"))).isEmpty();
  }

  @Test
  void conditionsThatDoNotContradictAreNoExcuse() {
    assertThat(ofStream(both(ROLE + " = 'user'", ROLE + " = 'user'"))).hasSize(1);
    assertThat(ofStream(both(ROLE + " = 'user'", "auth.parameter('x') = 'admin'"))).hasSize(1);
    assertThat(ofStream(both(ROLE + " IN ARRAY['a', 'b']", ROLE + " IN ARRAY['b', 'c']")))
        .hasSize(1);
    assertThat(ofStream(both(ROLE + " = 1", ROLE + " = '1'"))).hasSize(1);
  }

  @Test
  void twoSubscriptionsMayContradictEachOther() {
    String mode = "subscription.parameter('mode')";
    assertThat(ofStream(both(mode + " = 'a'", mode + " = 'b'"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void warnsOfBucketDefinitions(int edition) {
    String own = "SELECT request.user_id() AS u, 'k' AS k";
    String friends =
        "SELECT who AS u, 'k' AS k FROM friends WHERE friends.of_user = request.user_id()";
    String listed = "SELECT json_each.value AS u, 'k' AS k FROM json_each(request.jwt() -> 'l')";

    assertThat(ofDefinition(edition, own, friends)).hasSize(1);
    assertThat(ofDefinition(edition, friends, own)).hasSize(1);
    assertThat(ofDefinition(edition, friends, listed))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("Bucket definition mine: clients may get a bucket both");
    assertThat(ofDefinition(edition, own, listed)).isEmpty();
    assertThat(ofDefinition(edition, friends, friends)).isEmpty();
  }

  @Test
  void prioritiesOfParameterQueriesCount() {
    String own = "SELECT request.user_id() AS u, 'k' AS k, %s AS _priority";
    String friends = "SELECT who AS u, 'k' AS k, %s AS _priority FROM friends";

    assertThat(ofDefinition(1, own.formatted(1), friends.formatted(2))).isEmpty();
    assertThat(ofDefinition(1, own.formatted(2), friends.formatted(2))).hasSize(1);
    assertThat(ofDefinition(1, own.formatted(3), friends.replace(", %s AS _priority", "")))
        .as("3 is the default")
        .hasSize(1);
  }

  @Test
  void constantsOfBucketDefinitionsTellTheirBucketsApart() {
    String own = "SELECT request.user_id() AS u, 'own' AS k";
    String friends = "SELECT who AS u, 'friends' AS k FROM friends";

    assertThat(ofDefinition(1, own, friends)).isEmpty();
    assertThat(ofDefinition(1, own, friends.replace("'friends'", "'own'"))).hasSize(1);
    assertThat(ofDefinition(1, own, friends.replace("'friends'", "kind"))).hasSize(1);
  }

  @Test
  void conditionsOfBucketDefinitionsMayContradict() {
    String own = "SELECT request.user_id() AS u, 'k' AS k WHERE request.jwt() ->> 'role' %s";
    String all = "SELECT _id AS u, 'k' AS k FROM users WHERE request.jwt() ->> 'role' %s";

    assertThat(ofDefinition(1, own.formatted("= 'user'"), all.formatted("= 'admin'"))).isEmpty();
    assertThat(ofDefinition(1, own.formatted("!= 'admin'"), all.formatted("= 'admin'"))).isEmpty();
    assertThat(
            ofDefinition(
                1,
                own.formatted("= 'user' AND request.jwt() ->> 'x'"),
                all.formatted("= 'admin' AND active = 1")))
        .isEmpty();
    assertThat(ofDefinition(1, own.formatted("= 'admin'"), all.formatted("= 'admin'"))).hasSize(1);
    assertThat(
            ofDefinition(
                1,
                own.formatted("= 'user' OR request.jwt() ->> 'x' = 'y'"),
                all.formatted("= 'admin'")))
        .hasSize(1);
  }

  @Test
  void longConditionsOnTheRequestCompile() {
    String path = "request.jwt()" + " -> 'a'".repeat(500) + " = 'x'";
    String chain = "1 = 1" + " AND request.jwt() ->> 'a' = 'x'".repeat(180);
    for (String condition : List.of(path, chain)) {
      assertThat(
              ofDefinition(
                  1,
                  "SELECT request.user_id() AS u, 'k' AS k WHERE " + condition,
                  "SELECT who AS u, 'k' AS k FROM friends WHERE " + condition))
          .hasSize(1);
    }
  }

  @Test
  void aPlanWithoutStreamsIsNotRefused() {
    String plan = Plans.TODO_LISTS.replace("\"streams\"", "\"others\"");

    assertThat(SyncStreams.load(plan, 1).warnings()).isEmpty();
  }

  @Test
  void isAmongTheWarningsOfACompiledConfig() {
    String yaml =
        """
        config:
          edition: 3
        streams:
          mine:
            with:
              unused: SELECT _id FROM users
            query: SELECT *, _id AS id FROM todos WHERE owner = auth.user_id() OR owner IN %s
        """
            .formatted(FRIENDS);
    CompiledSyncConfig compiled = CompiledSyncConfig.of("sync.yaml", yaml);

    assertThat(compiled.warnings())
        .startsWith("sync.yaml:6:")
        .contains("isn't referenced", "\nsync.yaml: warning: Stream mine, bucket mine|0: clients");
    assertThat(
            CompiledSyncConfig.withPlan(yaml, "plan.json", compiled.plan().orElseThrow())
                .warnings())
        .startsWith("plan.json: warning: Stream mine")
        .doesNotContain("\n");
  }
}
