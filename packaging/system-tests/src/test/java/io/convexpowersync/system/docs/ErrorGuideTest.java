package io.convexpowersync.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code errors.md} explains every message of the code, and no others. */
class ErrorGuideTest {
  private static final Path GUIDE = Path.of("../docs/errors.md");

  private static final List<Path> MODULES =
      List.of(
          Path.of("../../connector/change-events"),
          Path.of("../../connector/convex-client"),
          Path.of("../../connector/convex-cloudevents"),
          Path.of("../../connector/convex-source"),
          Path.of("../../sync-sink/bucket-storage"),
          Path.of("../../sync-sink/powersync-sink"),
          Path.of("../../sync-sink/sync-streams"),
          Path.of("../standalone"));

  /** Its answers are those of a deployment; what it logs is its own. */
  private static final Path EMULATOR = Path.of("../../connector/convex-emulator");

  /** What looks like a message to {@link SourceMessages} and is a part of progress or of a name. */
  private static final Set<String> NO_MESSAGES =
      Set.of(
          "(hidden)",
          "New stream …",
          "a missing column",
          "a snapshot of …",
          "closing",
          "json_each(…) has no rows",
          "lookup … …",
          "the bucket or lookup key",
          "the lookup result",
          "… is a blob",
          "… is missing",
          "demo ok: documents=… operations=… checkpoint=… verified=…",
          "the end of the running snapshot",
          "type of CAST",
          "… rows, … operations, … parameters, … checkpoints",
          "PGPASSFILE=… psql -h 127.0.0.1 -p … -U … …");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (`.*`) \\| (?!\\s)(.+?) \\| (?!\\s)(.+?) \\|$");
  private static final Pattern SPAN = Pattern.compile("(`{1,2})(.+?)\\1(?=<br>|$)");

  private static Map<String, String> inTheCode;
  private static Set<String> inTheGuide;

  @BeforeAll
  static void readBoth() throws IOException {
    inTheCode = new TreeMap<>(SourceMessages.of(MODULES).files());
    inTheCode.putAll(SourceMessages.of(List.of(EMULATOR)).logged());
    inTheGuide = new TreeSet<>();
    ROW.matcher(Files.readString(GUIDE)).results().forEach(ErrorGuideTest::addMessages);
  }

  private static void addMessages(MatchResult row) {
    SPAN.matcher(row.group(1))
        .results()
        .map(span -> span.group(2).strip().replace("\\|", "|"))
        .forEach(inTheGuide::add);
  }

  @Test
  void explainsEveryMessageOfTheCode() {
    Map<String, String> missing = new TreeMap<>(inTheCode);
    missing.keySet().removeAll(inTheGuide);
    missing.keySet().removeAll(NO_MESSAGES);

    assertThat(missing)
        .as("messages without a row in %s: `message` | cause | what to do", GUIDE)
        .isEmpty();
  }

  @Test
  void explainsNothingElse() {
    Set<String> stale = new TreeSet<>(inTheGuide);
    stale.addAll(NO_MESSAGES);
    stale.removeAll(inTheCode.keySet());

    assertThat(stale).as("no class writes these any more").isEmpty();
  }

  @Test
  void findsTheMessagesOfEveryKind() {
    assertThat(inTheCode)
        .hasSizeGreaterThan(500)
        .as("given to LOG.error")
        .containsEntry("The validation failed in an unexpected way", "ConvexSourceConnector.java")
        .as("given to an exception, formatted")
        .containsEntry(
            "The tables … and … would share the topic …; exclude one with table.exclude.list",
            "TableTopics.java")
        .as("a constant that another class puts into an exception")
        .containsEntry("A new snapshot is needed.", "ErrorCatalogue.java");
  }
}
