package io.convexpowersync.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages and files that the operations guide names exist. */
class OperationsGuideTest {
  private static final Path GUIDE = Path.of("../docs/operations.md");
  private static final Pattern MESSAGE =
      Pattern.compile("(?m)^\\| `([^`]+)` \\| [^|]+ \\| [^|]+ \\|$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

  @Test
  void everyMessageIsWrittenByTheCode() throws IOException {
    String sources = messages(Path.of("../../connector")) + messages(Path.of("../../sync-sink"));

    List<String> messages =
        MESSAGE.matcher(Files.readString(GUIDE)).results().map(found -> found.group(1)).toList();

    assertThat(messages).hasSizeGreaterThan(20);
    assertThat(messages).allSatisfy(message -> assertThat(sources).contains(message));
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    LINK.matcher(Files.readString(GUIDE))
        .results()
        .map(found -> GUIDE.resolveSibling(found.group(1)))
        .forEach(file -> assertThat(file).exists());
  }

  /** The string constants of the code, long ones joined. */
  private static String messages(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().matches(".*/src/main/java/.*\\.java"))
          .map(OperationsGuideTest::read)
          .map(text -> text.replaceAll("\"\\s*\\+\\s*\"", ""))
          .collect(Collectors.joining("\n"));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
