package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in the ZIPs that users download, and what must not be. */
class ArchiveContentsIT {
  private static final Pattern BROUGHT_BY_THE_WORKER =
      Pattern.compile("(kafka|connect-|slf4j|log4j|reload4j|logback|debezium).*\\.jar");

  private static final Pattern NAMED = Pattern.compile("`(etc/[^`]*[^`/])`");

  static List<Path> archives() throws IOException {
    List<Path> archives = Archives.all();
    assertThat(archives).hasSize(2);
    return archives;
  }

  @ParameterizedTest
  @MethodSource("archives")
  void holdsNothingThatTheWorkerBrings(Path archive) throws IOException {
    List<String> jars = jars(archive);

    assertThat(jars).hasSizeGreaterThan(5);
    assertThat(jars).noneMatch(jar -> BROUGHT_BY_THE_WORKER.matcher(jar).matches());
  }

  @ParameterizedTest
  @MethodSource("archives")
  void manifestNamesThePluginAndTheVersionOfTheBuild(Path archive) throws IOException {
    JsonNode manifest = new ObjectMapper().readTree(text(archive, "manifest.json"));

    assertThat(manifest.get("version").asText()).isEqualTo(System.getProperty("project.version"));
    assertThat(archive.getFileName().toString()).contains(manifest.get("name").asText());
    assertThat(manifest.at("/owner/username").asText()).isEqualTo("convexpowersync");
    assertThat(manifest.at("/component_types/0").asText()).isIn("source", "sink");
    assertThat(manifest.get("license")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("archives")
  void everythingLiesInOneDirectoryInConfluentsLayout(Path archive) throws IOException {
    List<String> entries = Archives.entries(archive);

    assertThat(entries.stream().map(name -> name.substring(0, name.indexOf('/'))).distinct())
        .hasSize(1);
    assertThat(entries).anyMatch(name -> name.endsWith("/doc/LICENSE"));
    assertThat(entries).anyMatch(name -> name.contains("/etc/kafka-connect/"));
  }

  @ParameterizedTest
  @MethodSource("archives")
  void theGuideNamesOnlyFilesOfTheArchive(Path archive) throws IOException {
    String guide = text(archive, "doc/operations.md") + text(archive, "doc/migration.md");
    List<String> named =
        NAMED.matcher(guide).results().map(name -> name.group(1)).distinct().toList();

    assertThat(named).contains("etc/sql", "etc/todo/sync.yaml");
    List<String> entries = Archives.entries(archive);
    assertThat(named)
        .allSatisfy(name -> assertThat(entries).anyMatch(entry -> entry.contains("/" + name)));
  }

  @ParameterizedTest
  @MethodSource("archives")
  void everyForeignJarIsListedWithItsLicence(Path archive) throws IOException {
    String list = text(archive, "doc/THIRD-PARTY.txt");

    for (String jar : foreignJars(archive)) {
      String artifact = jar.replaceFirst("-[0-9][^-]*\\.jar$", "");
      assertThat(list).contains(":" + artifact + ":");
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void sbomListsEveryJar(Path archive) throws IOException {
    boolean offline = "offline=true".equals(System.getProperty("maven.mode"));
    assumeFalse(offline, "The SBOM is made online only");
    JsonNode sbom = new ObjectMapper().readTree(text(archive, "doc/sbom.json"));

    List<String> listed =
        sbom.get("components").findParents("purl").stream()
            .map(part -> part.get("name").asText() + "-" + part.get("version").asText() + ".jar")
            .toList();
    assertThat(sbom.get("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(listed).containsExactlyInAnyOrderElementsOf(jars(archive));
  }

  private static List<String> jars(Path archive) throws IOException {
    return Archives.entries(archive).stream()
        .filter(name -> name.endsWith(".jar"))
        .map(name -> name.substring(name.lastIndexOf('/') + 1))
        .toList();
  }

  private static List<String> foreignJars(Path archive) throws IOException {
    String version = System.getProperty("project.version");
    return jars(archive).stream().filter(jar -> !jar.endsWith(version + ".jar")).toList();
  }

  private static String text(Path archive, String name) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      String entry =
          Archives.entries(archive).stream()
              .filter(path -> path.endsWith("/" + name))
              .findFirst()
              .orElseThrow(() -> new AssertionError(archive + " has no " + name));
      try (InputStream in = zip.getInputStream(zip.getEntry(entry))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }
}
