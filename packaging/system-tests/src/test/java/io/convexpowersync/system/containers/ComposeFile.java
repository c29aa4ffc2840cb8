package io.convexpowersync.system.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** What the compose file says of its services. */
final class ComposeFile {
  private final Map<?, ?> services;

  private ComposeFile(Map<?, ?> services) {
    this.services = services;
  }

  static ComposeFile read(Path file) throws IOException {
    LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
    Map<?, ?> root = (Map<?, ?>) new Load(settings).loadFromString(Files.readString(file));
    return new ComposeFile((Map<?, ?>) root.get("services"));
  }

  String image(String service) {
    return service(service).get("image").toString();
  }

  String command(String service) {
    return service(service).get("command").toString();
  }

  /** As texts; empty if there is none. */
  Map<String, String> environment(String service) {
    return service(service).get("environment") instanceof Map<?, ?> values
        ? values.entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().toString(), entry -> entry.getValue().toString()))
        : Map.of();
  }

  private Map<?, ?> service(String name) {
    return (Map<?, ?>) services.get(name);
  }
}
