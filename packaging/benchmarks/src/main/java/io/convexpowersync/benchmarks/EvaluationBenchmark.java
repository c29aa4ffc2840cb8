package io.convexpowersync.benchmarks;

import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * From the text of a document of the to-do example, about 400 bytes, to its bucket operations and
 * lookups: parse, evaluate, row JSON, checksum. Target: 15 us of CPU per document.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgs = "-Xmx256m")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EvaluationBenchmark {
  private static final String CONFIG = "/config-examples/todo/sync.yaml";
  private static final String LIST = "vx7m4by52j01m8zjss375cxpbx87gf98";

  private static final String TITLE =
      "Call the garage about the noise that the car makes when it is cold, and ask whether the"
          + " appointment on Thursday can be moved to the week after";

  private static final String TODO =
      "{\"_creationTime\":1785300010000.5123,\"_id\":\"kd9m4by52j01m8zjss375cxpbx87hzd4\","
          + "\"done\":false,\"labels\":[\"car\",\"phone\",\"this week\"],\"list_id\":\""
          + LIST
          + "\",\"notes\":\"Opening hours: Monday to Friday, seven to four.\",\"rank\":17.0,"
          + "\"title\":\""
          + TITLE
          + "\"}";

  private static final String ANY_LIST =
      "{\"_creationTime\":1785300010000.5123,\"_id\":\""
          + LIST
          + "\",\"archived\":false,\"name\":\""
          + TITLE
          + "\",\"notes\":\""
          + TITLE
          + "\",\"owner_id\":\"kh7a4by52j01m8zjss375cxpbx87hzd4\"}";

  private SyncStreams streams;

  /** Compiles the example's sync config. */
  @Setup
  public void load() throws IOException {
    try (InputStream config = EvaluationBenchmark.class.getResourceAsStream(CONFIG)) {
      String yaml = new String(config.readAllBytes(), StandardCharsets.UTF_8);
      streams = SyncStreams.load(SyncConfigCompiler.compile(yaml).syncPlan().orElseThrow(), 1);
    }
  }

  /** A to-do: one bucket row. */
  @Benchmark
  public Evaluation todo() {
    return streams.evaluate("todos", TODO, DocumentEncoding.JSON);
  }

  /** The same as it comes out of the log topic. */
  @Benchmark
  public Evaluation todoLossless() {
    return streams.evaluate("todos", TODO, DocumentEncoding.LOSSLESS);
  }

  /** A list: one bucket row and one lookup. */
  @Benchmark
  public Evaluation list() {
    return streams.evaluate("lists", ANY_LIST, DocumentEncoding.JSON);
  }

  /** Runs this benchmark alone, with what each call allocates. */
  public static void main(String[] args) throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(EvaluationBenchmark.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .build())
        .run();
  }
}
