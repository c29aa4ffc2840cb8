package io.convexpowersync.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the tests of this module have logged; see simplelogger.properties. */
public final class TestLog {
  private static final Path FILE = Path.of("target", "test-log.txt");

  /** The lines with a text. */
  public static List<String> lines(String with) throws IOException {
    try (Stream<String> lines = Files.lines(FILE)) {
      return lines.filter(line -> line.contains(with)).toList();
    }
  }

  private TestLog() {}
}
