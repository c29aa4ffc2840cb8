package io.convexpowersync.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What the PowerSync Service 1.25.0 created and wrote for known inputs. Data only, produced by
 * running it. One JSON file per scenario, plain or compressed, and {@code schema}; {@code
 * -Dgolden.dir} replaces the directory, and may be relative to any directory above this module's.
 */
final class GoldenFiles {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String SUFFIX = "\\.json(\\.gz)?";
  private static final String SCHEMA = "schema";
  private static final GoldenFiles OURS = new GoldenFiles(resources());

  private final Path directory;

  private GoldenFiles(Path directory) {
    this.directory = directory;
  }

  /** Those that come with the tests. */
  static GoldenFiles ours() {
    return OURS;
  }

  /** Those to compare with. */
  static GoldenFiles configured() {
    String name = System.getProperty("golden.dir", "");
    return name.isEmpty() ? OURS : new GoldenFiles(find(Path.of(name)));
  }

  List<String> scenarios() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.matches(".*" + SUFFIX))
          .map(file -> file.replaceFirst(SUFFIX + "$", ""))
          .filter(name -> !name.equals(SCHEMA))
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode schema() {
    return load(SCHEMA);
  }

  JsonNode load(String name) {
    Path plain = directory.resolve(name + ".json");
    try {
      if (Files.exists(plain)) {
        return JSON.readTree(plain.toFile());
      }
      try (InputStream in =
          new GZIPInputStream(Files.newInputStream(directory.resolve(name + ".json.gz")))) {
        return JSON.readTree(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name + " in " + directory, e);
    }
  }

  private static Path resources() {
    try {
      return Path.of(GoldenFiles.class.getResource("/golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path find(Path named) {
    for (Path base = Path.of("").toAbsolutePath(); base != null; base = base.getParent()) {
      if (Files.isDirectory(base.resolve(named))) {
        return base.resolve(named);
      }
    }
    throw new IllegalArgumentException("golden.dir: there is no directory " + named);
  }
}
