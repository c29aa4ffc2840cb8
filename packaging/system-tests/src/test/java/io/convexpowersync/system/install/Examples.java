package io.convexpowersync.system.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.system.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The example configurations, as the archives carry them, with the addresses of a test filled in.
 * Secrets stay references to a file, as users are told to keep them.
 */
final class Examples {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRETS = "/etc/kafka-connect/secrets.properties";

  private final Path plugins;
  private final Path secrets;
  private final ConvexEmulator emulator;
  private final Optional<Storage> storage;

  /** Of a source without a sink. */
  Examples(Path directory, Path plugins, ConvexEmulator emulator) throws IOException {
    this(directory, plugins, emulator, Optional.empty());
  }

  Examples(Path directory, Path plugins, ConvexEmulator emulator, Storage storage)
      throws IOException {
    this(directory, plugins, emulator, Optional.of(storage));
  }

  private Examples(Path directory, Path plugins, ConvexEmulator emulator, Optional<Storage> storage)
      throws IOException {
    this.plugins = plugins;
    this.secrets = directory.resolve("secrets.properties");
    this.emulator = emulator;
    this.storage = storage;
    Files.writeString(
        secrets,
        "convex.deploy.key="
            + emulator.adminKey()
            + "\npowersync.storage.password=postgres\nwarehouse.password=postgres\n");
  }

  /** What is posted to {@code /connectors}. */
  ObjectNode load(String archive, String file) throws IOException {
    Path path;
    try (var directories = Files.list(plugins)) {
      Path plugin =
          directories.filter(dir -> dir.toString().contains(archive)).findFirst().orElseThrow();
      path = plugin.resolve("etc/kafka-connect").resolve(file);
    }
    String text = Files.readString(path).replace(SECRETS, secrets.toString());
    ObjectNode connector = (ObjectNode) JSON.readTree(text);
    ObjectNode config = (ObjectNode) connector.get("config");
    replace(config, "deployment.url", emulator.url());
    storage.ifPresent(opened -> replace(config, "connection.url", opened.jdbcUrl()));
    replace(config, "connection.user", "postgres");
    return connector;
  }

  private static void replace(ObjectNode config, String key, String value) {
    JsonNode before = config.get(key);
    if (before != null) {
      config.put(key, value);
    }
  }
}
