package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the compiler against what PowerSync's own compiler makes of the same YAML. */
class CompilerVectorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_FAILURES = 60;

  @Test
  void everyPlanOfEdition3IsEqual() throws Exception {
    List<String> failures = new ArrayList<>();
    int cases = 0;
    for (JsonNode vector : VectorFiles.configured().casesWithPlan()) {
      boolean ok = vector.path("parse").path("ok").asBoolean();
      cases++;
      SyncConfigCompiler.Result result = SyncConfigCompiler.compile(vector.path("yaml").asText());
      JsonNode expected = vector.path("plan");
      JsonNode actual = JSON.readTree(result.syncPlan().orElse("null"));
      if (!expected.equals(actual)) {
        failures.add(
            (ok ? "" : "(rejected) ")
                + vector.path("name").asText()
                + "\n"
                + vector.path("yaml").asText()
                + "\n  expected "
                + expected
                + "\n  actual   "
                + actual
                + "\n "
                + result.problems());
      }
    }
    System.out.printf("%nplans: cases=%d failed=%d%n", cases, failures.size());
    assertThat(failures.stream().limit(SHOWN_FAILURES)).isEmpty();
  }
}
