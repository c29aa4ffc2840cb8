package io.convexpowersync.system.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.system.install.Archives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The real backend of Convex, the real PowerSync Service, Kafka and our plugins, each in a
 * container: a mutation in Convex arrives at a client of the service. Skipped without Docker.
 */
@Testcontainers(disabledWithoutDocker = true)
class WholePipelineContainersIT {
  private static final Path EXAMPLES = Path.of("../../config-examples");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** As in the compose file. */
  private static final String TOKEN_SECRET = "change-me-change-me-change-me";

  @TempDir Path directory;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aMutationInConvexArrivesAtAClientOfTheService() throws Exception {
    // The temporary directory itself may be read by its owner only, who is another one in the
    // worker.
    Path plugins = Files.createDirectory(directory.resolve("plugins"));
    for (Path archive : Archives.all()) {
      Archives.unpack(archive, plugins);
    }
    try (Stack stack = new Stack(plugins)) {
      String user = call(stack, "lists:createUser", "{\"name\":\"Ada\",\"email\":\"a@b.c\"}");
      deploy(stack);
      create(stack, "convex-source.json");
      create(stack, "powersync-sink.json");

      String list =
          call(stack, "lists:create", "{\"name\":\"Food\",\"owner_id\":%s}".formatted(user));
      call(
          stack,
          "todos:add",
          "{\"list_id\":%s,\"title\":\"Buy coffee\",\"rank\":1.5}".formatted(list));

      assertThat(awaitRow(stack, JSON.readTree(user).asText(), "Buy coffee")).isTrue();
    }
  }

  /** Runs a function and returns its value as JSON text. */
  private static String call(Stack stack, String path, String args)
      throws IOException, InterruptedException {
    String answer =
        Http.post(
            stack.convexUrl() + "/api/mutation",
            "Convex " + stack.adminKey(),
            "application/json",
            "{\"path\":\"%s\",\"args\":%s,\"format\":\"json\"}".formatted(path, args));
    JsonNode result = JSON.readTree(answer);
    assertThat(result.get("status").asText()).as(answer).isEqualTo("success");
    return result.get("value").toString();
  }

  private static void deploy(Stack stack) throws IOException, InterruptedException {
    Http.post(
        stack.powersyncUrl() + "/api/sync-rules/v1/deploy",
        "Bearer change-me-admin",
        "application/yaml",
        Files.readString(EXAMPLES.resolve("todo/sync.yaml")));
  }

  private static void create(Stack stack, String connector)
      throws IOException, InterruptedException {
    Http.post(
        stack.connectUrl() + "/connectors",
        "",
        "application/json",
        Files.readString(EXAMPLES.resolve("docker-compose").resolve(connector)));
  }

  /** Whether a client of the user sees the text in a row, sooner or later. */
  private static boolean awaitRow(Stack stack, String user, String text) throws Exception {
    String request =
        "{\"buckets\":[],\"include_checksum\":true,\"raw_data\":true,\"client_id\":\"c\"}";
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      // An answer that is no stream ends at once: the config is not active yet.
      try (var lines =
          Http.stream(stack.powersyncUrl() + "/sync/stream", "Token " + token(user), request)) {
        Optional<String> found = lines.filter(line -> line.contains(text)).findFirst();
        if (found.isPresent()) {
          return true;
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
    return false;
  }

  /** As the app's backend signs it for its users. */
  private static String token(String user) throws Exception {
    long now = Instant.now().getEpochSecond();
    String header = encode("{\"alg\":\"HS256\",\"kid\":\"my-app\",\"typ\":\"JWT\"}");
    String payload =
        encode(
            "{\"sub\":\"%s\",\"aud\":\"my-app\",\"iat\":%d,\"exp\":%d}"
                .formatted(user, now, now + 300));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(TOKEN_SECRET.getBytes(UTF_8), "HmacSHA256"));
    byte[] signature = mac.doFinal((header + "." + payload).getBytes(UTF_8));
    return header + "." + payload + "." + BASE64.encodeToString(signature);
  }

  private static String encode(String json) {
    return BASE64.encodeToString(json.getBytes(UTF_8));
  }
}
