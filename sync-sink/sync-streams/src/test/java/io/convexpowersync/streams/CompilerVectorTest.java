package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import io.convexpowersync.streams.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds the compiler against what PowerSync's own compiler makes of the same YAML. */
class CompilerVectorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_FAILURES = 40;
  private static final double REQUIRED_PLACES = 0.95;

  /** Rejected like there, but said of another place, or in another category; and why. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "config/edition_0", "we name the value, the oracle nothing",
          "config/edition_4", "we name the value, the oracle nothing",
          "error/yaml/bad_indent", "another YAML library",
          "error/yaml/bad_flow", "another YAML library");

  @Test
  void everyPlanIsEqual() throws Exception {
    List<String> failures = new ArrayList<>();
    int cases = 0;
    for (JsonNode vector : VectorFiles.configured().casesWithPlan()) {
      cases++;
      JsonNode expected = vector.path("plan");
      JsonNode actual = JSON.readTree(compile(vector).syncPlan().orElse("null"));
      if (!expected.equals(actual)) {
        failures.add(
            name(vector) + "\n" + vector.path("yaml").asText() + "\n" + expected + "\n" + actual);
      }
    }
    System.out.printf("%nplans: cases=%d failed=%d%n", cases, failures.size());
    assertThat(failures.stream().limit(SHOWN_FAILURES)).isEmpty();
    assertThat(cases).isPositive();
  }

  @Test
  void everyConfigIsAcceptedOrRejectedAlike() throws Exception {
    List<String> failures = new ArrayList<>();
    int cases = 0;
    for (JsonNode vector : VectorFiles.configured().cases()) {
      cases++;
      SyncConfigCompiler.Result result = compile(vector);
      boolean expected = isAccepted(vector) && !VectorFiles.hasAlphaStreams(vector);
      if (result.isAccepted() != expected) {
        failures.add(name(vector) + ": " + vector.path("parse") + "\n" + result.problems());
      }
    }
    System.out.printf("%ndecisions: cases=%d failed=%d%n", cases, failures.size());
    assertThat(failures.stream().limit(SHOWN_FAILURES)).isEmpty();
  }

  /** The oracle's first error must be among ours, with the same category, start and end. */
  @Test
  void problemsAreSaidOfTheSamePlaces() throws Exception {
    List<String> failures = new ArrayList<>();
    int cases = 0;
    int elsewhere = 0;
    for (JsonNode vector : VectorFiles.configured().cases()) {
      if (VectorFiles.hasAlphaStreams(vector)
          || isAccepted(vector)
          || vector.path("parse").has("thrown")) {
        continue;
      }
      cases++;
      if (!saysTheSame(vector)) {
        elsewhere++;
        if (!ELSEWHERE.containsKey(name(vector))) {
          failures.add(name(vector) + ": " + vector.path("parse") + "\n" + compile(vector));
        }
      }
    }
    System.out.printf("%npositions: cases=%d elsewhere=%d%n", cases, elsewhere);
    if (System.getProperty("sync.vectors.dir", "").isBlank()) {
      assertThat(failures.stream().limit(SHOWN_FAILURES)).isEmpty();
    }
    assertThat(elsewhere).isLessThanOrEqualTo((int) (cases * (1 - REQUIRED_PLACES)));
  }

  private static boolean saysTheSame(JsonNode vector) {
    JsonNode first = null;
    for (JsonNode error : vector.path("parse").path("errors")) {
      if (first == null && !error.path("level").asText().equals("warning")) {
        first = error;
      }
    }
    for (Problem problem : compile(vector).problems()) {
      String category = problem.category().name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (problem.isFatal()
          && problem.span().start() == first.path("start").asInt()
          && problem.span().end() == first.path("end").asInt()
          && category.equals(first.path("category").asText())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAccepted(JsonNode vector) {
    return vector.path("parse").path("ok").asBoolean();
  }

  private static String name(JsonNode vector) {
    return vector.path("name").asText();
  }

  private static SyncConfigCompiler.Result compile(JsonNode vector) {
    return SyncConfigCompiler.compile(vector.path("yaml").asText());
  }
}
