package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.system.Storage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Apicurio's schema registry as a process: it speaks its own API and one like Confluent's. */
final class Registry implements AutoCloseable {
  private static final Path INSTALLATION =
      Path.of("installations/apicurio/target/registry").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final ServerProcess process;
  private final String address;
  private final HttpClient http = HttpClient.newHttpClient();

  private Registry(ServerProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  static Registry start(Path directory) throws IOException {
    Path runner;
    try (var files = Files.list(INSTALLATION)) {
      runner =
          files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
    }
    int port = ServerProcess.freePort();
    ServerProcess process =
        ServerProcess.startJar(
            runner,
            directory,
            "registry",
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + port);
    Registry registry = new Registry(process, "http://127.0.0.1:" + port);
    Storage.await(LIMIT, registry::answers);
    return registry;
  }

  /** For Apicurio's converter. */
  String apicurioUrl() {
    return address + "/apis/registry/v2";
  }

  /** For Confluent's converter, and whoever else speaks its API. */
  String confluentUrl() {
    return address + "/apis/ccompat/v7";
  }

  private boolean answers() {
    assertThat(process.isAlive()).as("the registry runs").isTrue();
    try {
      return send("GET", confluentUrl() + "/subjects", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** From now on a schema is refused with which data written before could not be read. */
  void requireBackwardCompatibility() throws IOException {
    HttpResponse<String> answer =
        send("PUT", confluentUrl() + "/config", "{\"compatibility\":\"BACKWARD\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** How many versions the schema of a subject has. */
  int versions(String subject) throws IOException {
    HttpResponse<String> answer =
        send("GET", confluentUrl() + "/subjects/" + subject + "/versions", "");
    JsonNode versions = new ObjectMapper().readTree(answer.body());
    return versions.isArray() ? versions.size() : 0;
  }

  private HttpResponse<String> send(String method, String url, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
