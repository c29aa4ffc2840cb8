package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import io.convexpowersync.streams.config.Problem;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Configs made to hang the compiler or to exhaust its stack. */
class HostileConfigTest {
  private static final Duration HANGS = Duration.ofSeconds(20);
  private static final int QUICK_CONFIGS = 3000;

  /** The profile soak has more: about a minute. */
  private static final int CONFIGS = Integer.getInteger("sync.fuzz.configs", QUICK_CONFIGS);

  private static final String[] TOKENS = {
    "SELECT",
    "*",
    "FROM",
    "t",
    "u",
    "WHERE",
    "a",
    "b",
    "AND",
    "OR",
    "NOT",
    "IN",
    "(",
    ")",
    ",",
    "=",
    "!=",
    "||",
    "&&",
    "->>",
    "'x'",
    "1",
    "2.5",
    "auth.user_id()",
    "subscription.parameter('p')",
    "JOIN",
    "ON",
    "AS",
    "x",
    "json_each(t.a)",
    "upper(",
    "CASE",
    "WHEN",
    "THEN",
    "END",
    "BETWEEN",
    "IS",
    "NULL",
    "ARRAY[",
    "]",
    "t.a",
    "u.b",
    "x.value",
    ".",
    "(SELECT a FROM u)",
    "CAST(",
    "text",
    "substring(",
    "LIMIT",
    "ORDER",
    "BY",
    ";",
    "--",
    "/*",
    "*/",
    "\"q\"",
    "'",
    "\"",
    "E'\\n'",
    "$1"
  };

  static Stream<Arguments> hostile() {
    return Stream.of(
        Arguments.of("parentheses", "SELECT a FROM t WHERE " + "(".repeat(50_000)),
        Arguments.of("balanced", "SELECT " + "(".repeat(9000) + "a" + ")".repeat(9000) + " FROM t"),
        Arguments.of("calls", "SELECT " + "upper(".repeat(9000) + "a" + ")".repeat(9000)),
        Arguments.of("substrings", "SELECT " + "substring(".repeat(9000) + "a" + ")".repeat(9000)),
        Arguments.of("nots", "SELECT a FROM t WHERE " + "NOT ".repeat(20_000) + "a"),
        Arguments.of("signs", "SELECT " + "+ ".repeat(20_000) + "a FROM t"),
        Arguments.of("cases", "SELECT " + "CASE WHEN ".repeat(5000) + "a"),
        Arguments.of("subqueries", "SELECT a FROM t WHERE a IN (SELECT ".repeat(3000) + "a"),
        Arguments.of("derived", "SELECT a FROM (".repeat(5000)),
        Arguments.of("joins", "SELECT a FROM t" + " JOIN u ON a".repeat(5000)),
        Arguments.of("ors", "SELECT a FROM t WHERE a = 1" + " OR a = 1".repeat(10_000)),
        Arguments.of("ands", "SELECT a FROM t WHERE a = 1" + " AND a = 1".repeat(10_000)),
        Arguments.of("product", "SELECT a FROM t WHERE a" + " AND (a = 1 OR b = 2)".repeat(90)),
        Arguments.of("a megabyte", "SELECT " + "a, ".repeat(350_000) + "a FROM t"),
        Arguments.of("a long text", "SELECT '" + "x".repeat(1_000_000) + "' FROM t"),
        Arguments.of("comments", "SELECT a " + "/*".repeat(49_000)),
        Arguments.of("members", "SELECT a" + " -> 'x'".repeat(10_000) + " FROM t"),
        Arguments.of("arrays", "SELECT a IN ARRAY" + "[".repeat(20_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isRefusedWithAReason(String name, String sql) {
    String yaml = "config:\n  edition: 3\nstreams:\n  s:\n    query: |\n      " + sql + "\n";
    SyncConfigCompiler.Result result =
        assertTimeoutPreemptively(HANGS, () -> SyncConfigCompiler.compile(yaml));
    assertThat(result.isAccepted()).isFalse();
    assertThat(result.problems())
        .allSatisfy(problem -> assertThat(problem.message()).isNotBlank().hasSizeLessThan(1000));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void bucketDefinitionsEndInTimeToo(String name, String sql) {
    SyncConfigCompiler.Result result =
        assertTimeoutPreemptively(HANGS, () -> SyncConfigCompiler.compile(bucketDefinitions(sql)));
    assertThat(result.problems())
        .allSatisfy(problem -> assertThat(problem.message()).isNotBlank().hasSizeLessThan(1000));
  }

  private static String bucketDefinitions(String sql) {
    String block = " |\n          " + sql + "\n";
    return "bucket_definitions:\n  b:\n    parameters:\n      -"
        + block
        + "    data:\n      -"
        + block;
  }

  @Test
  void deepYamlIsRefused() {
    for (String yaml : new String[] {"[".repeat(100_000), "a: {".repeat(5000), "- ".repeat(5000)}) {
      SyncConfigCompiler.Result result =
          assertTimeoutPreemptively(HANGS, () -> SyncConfigCompiler.compile(yaml));
      assertThat(result.problems()).anyMatch(Problem::isFatal);
    }
  }

  @Test
  void randomSqlNeverThrows() {
    Random random = new Random(7);
    for (int i = 0; i < CONFIGS; i++) {
      StringBuilder sql = new StringBuilder("SELECT * FROM t, u WHERE ");
      for (int n = random.nextInt(25); n >= 0; n--) {
        sql.append(TOKENS[random.nextInt(TOKENS.length)]).append(' ');
      }
      checkPlaces("config:\n  edition: 3\nstreams:\n  s:\n    query: |\n      " + sql + "\n");
      checkPlaces(bucketDefinitions(sql.toString().replace("FROM t, u", "FROM t")));
    }
  }

  private static void checkPlaces(String yaml) {
    for (Problem problem : SyncConfigCompiler.compile(yaml).problems()) {
      assertThat(problem.span().start()).isBetween(0, yaml.length());
      assertThat(problem.span().end()).isBetween(problem.span().start(), yaml.length());
    }
  }
}
