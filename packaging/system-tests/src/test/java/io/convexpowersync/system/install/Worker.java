package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A Connect worker, as its REST interface shows it. */
final class Worker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final ServerProcess process;
  private final URI address;
  private final URI metrics;
  private final HttpClient http = HttpClient.newHttpClient();

  Worker(ServerProcess process, int port, int metricsPort) {
    this.process = process;
    this.metrics = URI.create("http://127.0.0.1:" + metricsPort + "/metrics");
    this.address = URI.create("http://127.0.0.1:" + port);
  }

  ServerProcess process() {
    return process;
  }

  /** Waits until the worker has joined its group and answers. */
  Worker awaitReady() throws IOException {
    await("worker answers", () -> ready());
    return this;
  }

  private boolean ready() {
    try {
      assertThat(process.isAlive()).as(process.lastLines()).isTrue();
      return request("GET", "/connectors", "").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  JsonNode get(String path) throws IOException {
    return ok(request("GET", path, ""));
  }

  /** What Prometheus reads. */
  String metrics() throws IOException {
    return send(HttpRequest.newBuilder(metrics).build()).body();
  }

  JsonNode send(String method, String path, String body) throws IOException {
    return ok(request(method, path, body));
  }

  /** A request that the worker may refuse. */
  HttpResponse<String> request(String method, String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(Duration.ofSeconds(90))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return send(request);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static JsonNode ok(HttpResponse<String> response) throws IOException {
    assertThat(response.statusCode())
        .as("%s: %s", response.uri(), response.body())
        .isBetween(200, 299);
    return response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body());
  }

  /** Waits until the connector and its one task are in this state. */
  void awaitState(String connector, String state) throws IOException {
    await(connector + " is " + state, () -> inState(connector, state));
  }

  /** Whether the connector's task is on this worker. */
  boolean runs(String connector) throws IOException {
    JsonNode tasks = get("/connectors/" + connector + "/status").get("tasks");
    return tasks.findValuesAsText("worker_id").stream()
        .anyMatch(id -> id.endsWith(":" + address.getPort()));
  }

  private boolean inState(String connector, String state) {
    try {
      HttpResponse<String> answer = request("GET", "/connectors/" + connector + "/status", "");
      if (answer.statusCode() != 200) {
        return false;
      }
      JsonNode status = JSON.readTree(answer.body());
      JsonNode tasks = status.get("tasks");
      assertThat(tasks.findValuesAsText("state")).as(answer.body()).doesNotContain("FAILED");
      return state.equals(status.at("/connector/state").asText())
          && tasks.size() == (state.equals("STOPPED") ? 0 : 1)
          && tasks.findValuesAsText("state").stream().allMatch(state::equals);
    } catch (IOException e) {
      return false;
    }
  }

  interface Condition {
    boolean holds() throws IOException;
  }

  void await(String what, Condition condition) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime())
          .as("waited %s until %s; worker: %s", LIMIT, what, process.lastLines())
          .isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
