package io.convexpowersync.standalone.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads {@code pipeline.yaml}. Paths in it are relative to its own directory. Nothing is connected
 * to, but files that it names must exist.
 */
public final class PipelineConfigLoader {
  private static final int MAX_PORT = 65_535;

  private final UnaryOperator<String> environment;

  /**
   * @param environment value of an environment variable, or null
   */
  public PipelineConfigLoader(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /**
   * @throws ConfigException when the file cannot be read or is wrong; the message starts with file
   *     and line
   */
  public PipelineConfig load(Path file) {
    ConfigNode root =
        ConfigNode.of(
            new ConfigNode.Context(file.toString(), environment),
            "",
            compose(file),
            List.of("source", "storage", "sync", "state"));
    Path base = file.toAbsolutePath().getParent();
    Path state = base.resolve(root.optionalText("state").orElse("state")).normalize();
    return new PipelineConfig(
        source(root, base), storage(root, base, state), sync(root, base), state);
  }

  private static Node compose(Path file) {
    try {
      String text = Files.readString(file);
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      return new Compose(settings)
          .composeString(text)
          .orElseThrow(() -> new ConfigException(file + " is empty"));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new ConfigException(file + ":" + line + ": not valid YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigException(file + " is not valid YAML: " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static SourceSettings source(ConfigNode root, Path base) {
    ConfigNode source = root.section("source", "url", "key", "key_file", "tables", "snapshot_mode");
    String url = source.text("url");
    if (!url.matches("https?://[^/\\s]+/?")) {
      throw source.invalid(
          "url", "must look like https://happy-animal-123.convex.cloud, without a path");
    }
    Optional<ConfigNode> tables = source.optionalSection("tables", "include", "exclude");
    tables
        .filter(section -> section.has("include") && section.has("exclude"))
        .ifPresent(
            section -> {
              throw section.invalid("exclude", "and include exclude each other");
            });
    return new SourceSettings(
        url,
        secret(source, "key", base)
            .orElseThrow(() -> source.invalid("key", "is missing (or key_file)")),
        tables.map(section -> section.texts("include")).orElse(List.of()),
        tables.map(section -> section.texts("exclude")).orElse(List.of()),
        snapshotMode(source));
  }

  private static SnapshotMode snapshotMode(ConfigNode source) {
    String mode = source.optionalText("snapshot_mode").orElse(SnapshotMode.WHEN_NEEDED.text());
    for (SnapshotMode known : SnapshotMode.values()) {
      if (known.text().equals(mode)) {
        return known;
      }
    }
    throw source.invalid("snapshot_mode", "is \"" + mode + "\", expected initial or when_needed");
  }

  private static StorageSettings storage(ConfigNode root, Path base, Path state) {
    ConfigNode storage =
        root.optionalSection(
                "storage", "url", "user", "password", "password_file", "schema_mode", "embedded")
            .orElse(null);
    if (storage == null || !storage.has("url")) {
      return embedded(storage, base, state);
    }
    if (storage.has("embedded")) {
      throw storage.invalid("embedded", "and storage.url exclude each other");
    }
    PostgresAddress address =
        PostgresAddress.parse(storage.text("url"))
            .orElseThrow(() -> storage.invalid("url", "must look like " + PostgresAddress.FORM));
    return new StorageSettings.External(
        address.withCredentials(storage.optionalText("user"), secret(storage, "password", base)),
        schemaMode(storage));
  }

  private static StorageSettings embedded(ConfigNode storage, Path base, Path state) {
    Path standard = state.resolve("postgres");
    if (storage == null) {
      return new StorageSettings.Embedded(standard, 0);
    }
    for (String key : List.of("user", "password", "password_file", "schema_mode")) {
      if (storage.has(key)) {
        throw storage.invalid(key, "needs storage.url");
      }
    }
    return storage
        .optionalSection("embedded", "directory", "port")
        .map(
            section ->
                new StorageSettings.Embedded(
                    section
                        .optionalText("directory")
                        .map(path -> base.resolve(path).normalize())
                        .orElse(standard),
                    section.number("port", 0, MAX_PORT, 0)))
        .orElse(new StorageSettings.Embedded(standard, 0));
  }

  private static SchemaMode schemaMode(ConfigNode storage) {
    String mode = storage.optionalText("schema_mode").orElse("require");
    return switch (mode) {
      case "create" -> SchemaMode.CREATE;
      case "require" -> SchemaMode.REQUIRE;
      default ->
          throw storage.invalid("schema_mode", "is \"" + mode + "\", expected create or require");
    };
  }

  private static Optional<SyncFiles> sync(ConfigNode root, Path base) {
    return root.optionalSection("sync", "config", "plan")
        .map(
            sync ->
                new SyncFiles(
                    existing(sync, "config", base),
                    sync.optionalText("plan").map(plan -> existing(sync, "plan", base))));
  }

  private static Path existing(ConfigNode node, String key, Path base) {
    Path file = base.resolve(node.text(key)).normalize();
    if (!Files.isReadable(file)) {
      throw node.invalid(key, "names " + file + ", which does not exist or cannot be read");
    }
    return file;
  }

  /** The value of {@code key}, or the content of the file that {@code <key>_file} names. */
  private static Optional<Secret> secret(ConfigNode node, String key, Path base) {
    String fileKey = key + "_file";
    if (!node.has(fileKey)) {
      return node.optionalText(key).map(Secret::new);
    }
    if (node.has(key)) {
      throw node.invalid(fileKey, "and " + key + " exclude each other");
    }
    Path file = existing(node, fileKey, base);
    try {
      return Optional.of(new Secret(Files.readString(file).strip()));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static ConfigException unreadable(Path file, IOException cause) {
    return new ConfigException(
        Files.exists(file) ? "cannot read " + file + ": " + cause : file + " does not exist",
        cause);
  }
}
