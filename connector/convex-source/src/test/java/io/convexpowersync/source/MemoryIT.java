package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The largest pages that Convex sends, in a process with a small heap. */
final class MemoryIT {
  private static final int SNAPSHOT_DOCUMENTS = 1_024;
  private static final int COMMIT_DOCUMENTS = 16_000;

  /**
   * 1,024 documents of 1 MiB in one snapshot page, then 16,000 documents of 1 KiB in one commit.
   */
  @Test
  void theLargestPagesFitInto256Megabytes() throws Exception {
    try (HugeDeployment deployment = new HugeDeployment(SNAPSHOT_DOCUMENTS, COMMIT_DOCUMENTS)) {
      Process task = startTask(deployment.url());
      try {
        String output = new String(task.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(task.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(task.exitValue()).as(output).isZero();
        assertThat(output)
            .contains("snapshot rows " + SNAPSHOT_DOCUMENTS)
            .contains("changes " + COMMIT_DOCUMENTS);
      } finally {
        task.destroyForcibly();
      }
    }
  }

  private static Process startTask(String url) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            SmallHeapTask.class.getName(),
            url,
            Integer.toString(SNAPSHOT_DOCUMENTS),
            Integer.toString(COMMIT_DOCUMENTS))
        .redirectErrorStream(true)
        .start();
  }
}
