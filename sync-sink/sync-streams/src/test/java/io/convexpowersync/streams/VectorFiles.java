package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The vector corpus: a directory of {@code .json} or {@code .json.gz} files, in the test resources
 * unless the system property {@code sync.vectors.dir} names another, relative to where Maven was
 * started.
 */
final class VectorFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNITS = "units";
  private static final String NEWER = "newer";

  private final Path directory;

  private VectorFiles(Path directory) {
    this.directory = directory;
  }

  static VectorFiles configured() throws URISyntaxException {
    String other = System.getProperty("sync.vectors.dir", "");
    return new VectorFiles(
        other.isBlank()
            ? Path.of(VectorFiles.class.getResource("/vectors").toURI())
            : Path.of(System.getProperty("sync.vectors.base", "")).resolve(other));
  }

  /** Cases that hold a plan. */
  Collection<JsonNode> casesWithPlan() throws IOException {
    Collection<JsonNode> cases = cases();
    cases.removeIf(vector -> !vector.hasNonNull("plan"));
    return cases;
  }

  /** Cases of bucket definitions, which have no plan. */
  Collection<JsonNode> casesWithBucketDefinitions() throws IOException {
    Collection<JsonNode> cases = cases();
    cases.removeIf(
        vector ->
            !vector.path("yaml").asText().contains("bucket_definitions:")
                || vector.hasNonNull("plan")
                || hasAlphaStreams(vector));
    return cases;
  }

  /** Streams of edition 2 are refused here, with advice. */
  static boolean hasAlphaStreams(JsonNode vector) {
    String yaml = vector.path("yaml").asText();
    return !vector.hasNonNull("plan")
        && !yaml.contains("edition: 3")
        && yaml.contains("edition: 2")
        && yaml.contains("\nstreams:");
  }

  /** All cases; those of a newer oracle replace others of the same name. */
  Collection<JsonNode> cases() throws IOException {
    Map<String, JsonNode> cases = new LinkedHashMap<>();
    for (Path file : files()) {
      for (JsonNode vector : read(file).path("cases")) {
        cases.put(vector.path("name").asText(), vector);
      }
    }
    return cases.values();
  }

  Optional<JsonNode> units() throws IOException {
    Optional<Path> file = files().stream().filter(f -> name(f).equals(UNITS)).findFirst();
    return file.isPresent() ? Optional.of(read(file.get())) : Optional.empty();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().matches(".*\\.json(\\.gz)?"))
          .sorted(
              Comparator.<Path, Boolean>comparing(file -> name(file).startsWith(NEWER))
                  .thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceAll("\\.json(\\.gz)?$", "");
  }

  private static JsonNode read(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return JSON.readTree(in);
    }
  }
}
