package io.convexpowersync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets people change a deployment's data and cause faults while it runs: {@code POST
 * /emulator/<command>} with a JSON object. Everything else goes to the deployment.
 */
final class ControlEndpoint implements EmulatorServer.Handler {
  static final String PREFIX = "/emulator/";

  private static final Logger LOG = LoggerFactory.getLogger(ControlEndpoint.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ConvexEmulator emulator;
  private final EmulatorServer.Handler deployment;

  ControlEndpoint(ConvexEmulator emulator, EmulatorServer.Handler deployment) {
    this.emulator = emulator;
    this.deployment = deployment;
  }

  @Override
  public Response handle(EmulatorRequest request) throws ApiException {
    if (!request.path().startsWith(PREFIX)) {
      return deployment.handle(request);
    }
    String command = request.path().substring(PREFIX.length());
    try {
      Object result = run(command, body(request));
      return Response.json(
          sink ->
              sink.buffer().utf8("{\"head\":" + emulator.head() + ",\"result\":" + result + "}"));
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      throw ApiException.badRequest("EmulatorCommandRefused", command + ": " + e.getMessage());
    }
  }

  private static JsonNode body(EmulatorRequest request) {
    try {
      String text = new String(request.body(), StandardCharsets.UTF_8);
      return JSON.readTree(text.isBlank() ? "{}" : text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** JSON text of what the command has to tell. */
  private Object run(String command, JsonNode body) throws IOException {
    switch (command) {
      case "insert" -> {
        return insert(body);
      }
      case "patch" ->
          emulator.commit(tx -> tx.patch(table(body), text(body, "id"), json(body, "fields")));
      case "delete" -> emulator.commit(tx -> tx.delete(table(body), text(body, "id")));
      case "create-table" -> emulator.createTable(table(body));
      case "drop-table" -> emulator.dropTable(table(body));
      case "clear-table" -> emulator.clearTable(table(body));
      case "replace-table" -> replace(body);
      case "system-commits" -> systemCommits(body);
      case "roll-back" -> emulator.rollBackTo(number(body, "ts", emulator.head()));
      case "expire" -> emulator.expireBefore(number(body, "before", emulator.head()));
      case "fault" -> fault(body);
      case "no-faults" -> emulator.scheduledFaults().clear();
      case "switch" -> change(body);
      case "unreachable" -> unreachable(number(body, "seconds", 10));
      case "requests" -> {
        return JSON.writeValueAsString(emulator.counters().requests());
      }
      default -> throw new IllegalArgumentException("no such command");
    }
    return "null";
  }

  private String insert(JsonNode body) throws IOException {
    List<String> ids = new ArrayList<>();
    emulator.commit(
        tx -> documents(body).forEach(document -> ids.add(tx.insert(table(body), document))));
    return JSON.writeValueAsString(ids);
  }

  private void replace(JsonNode body) {
    TableImport replacement = emulator.replaceTable(table(body));
    replacement.write(tx -> documents(body).forEach(document -> tx.insert(table(body), document)));
    replacement.finish();
  }

  private void systemCommits(JsonNode body) {
    long commits = number(body, "commits", 1);
    for (long i = 0; i < commits; i++) {
      emulator.commitSystemRows((int) number(body, "rows", 1));
    }
  }

  private void fault(JsonNode body) {
    Fault fault =
        body.has("status")
            ? Fault.status((int) number(body, "status", 500), faultBody(body))
            : Fault.NONE;
    if (body.has("retryAfterSeconds")) {
      fault = fault.retryAfter(Duration.ofSeconds(number(body, "retryAfterSeconds", 1)));
    }
    if (body.has("cutAfter")) {
      fault = fault.delivered(new Fault.Delivery.Cut(number(body, "cutAfter", 0)));
    } else if (body.has("resetAfter")) {
      fault = fault.delivered(new Fault.Delivery.Reset(number(body, "resetAfter", 0)));
    } else if (body.has("bytesPerSecond")) {
      fault = fault.delivered(new Fault.Delivery.Slow(number(body, "bytesPerSecond", 1)));
    } else if (body.path("noAnswer").asBoolean()) {
      fault = fault.delivered(new Fault.Delivery.Nothing());
    }
    fault = fault.after(Duration.ofMillis(number(body, "delayMillis", 0)));
    if (fault.equals(Fault.NONE)) {
      throw new IllegalArgumentException(
          "a fault has status, delayMillis, cutAfter, resetAfter, bytesPerSecond or noAnswer");
    }
    Optional<String> path = Optional.ofNullable(body.path("path").textValue());
    emulator.scheduledFaults().add(path, fault, number(body, "times", 1));
  }

  private static String faultBody(JsonNode body) {
    return body.has("code")
        ? "{\"code\":\"" + body.get("code").asText() + "\",\"message\":\"injected\"}"
        : body.path("body").asText("");
  }

  private void change(JsonNode body) {
    EmulatorSwitches switches = emulator.switches();
    body.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              switch (field.getKey()) {
                case "exportEnabled" -> switches.exportEnabled(value.asBoolean());
                case "summariesAvailable" -> switches.summariesAvailable(value.asBoolean());
                case "functionsPaused" -> switches.functionsPaused(value.asBoolean());
                case "idleBumps" -> switches.idleBumps(value.asBoolean());
                case "snapshotRowMillis" ->
                    switches.snapshotRowTime(Duration.ofMillis(value.asLong()));
                default -> throw new IllegalArgumentException("no switch " + field.getKey());
              }
            });
  }

  private void unreachable(long seconds) throws IOException {
    emulator.unreachable(true);
    CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(this::reachable);
  }

  private void reachable() {
    try {
      emulator.unreachable(false);
    } catch (IOException e) {
      LOG.error("The emulator cannot listen again", e);
    }
  }

  private static TablePath table(JsonNode body) {
    return new TablePath(body.path("component").asText(""), text(body, "table"));
  }

  private static List<String> documents(JsonNode body) {
    List<String> documents = new ArrayList<>();
    body.path("documents").forEach(document -> documents.add(document.toString()));
    return documents;
  }

  private static String json(JsonNode body, String name) {
    return body.path(name).toString();
  }

  private static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("\"" + name + "\" must be a string");
    }
    return value.textValue();
  }

  private static long number(JsonNode body, String name, long otherwise) {
    JsonNode value = body.path(name);
    if (!value.isMissingNode() && !value.canConvertToLong()) {
      throw new IllegalArgumentException("\"" + name + "\" must be an integer");
    }
    return value.asLong(otherwise);
  }
}
