package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EmulatorCommandTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final StringWriter out = new StringWriter();
  private Thread command;

  @AfterEach
  void stop() throws InterruptedException {
    if (command != null) {
      command.interrupt();
      command.join(10_000);
      assertThat(command.isAlive()).isFalse();
    }
  }

  @Test
  void letsUsersChangeDataAndCauseFaults() throws Exception {
    String url = start("--control", "--documents", "3");
    String body = "{\"table\":\"tasks\",\"documents\":[{\"n\":1}]}";
    assertThat(post(url + "/emulator/insert", body).body()).contains("\"result\":[\"");
    post(url + "/emulator/fault", "{\"path\":\"/api/query_ts\",\"status\":503}");
    assertThat(post(url + "/api/query_ts", "").statusCode()).isEqualTo(503);
    assertThat(post(url + "/api/query_ts", "").statusCode()).isEqualTo(200);
  }

  @Test
  void imitatesOlderBackends() throws Exception {
    String url = start("--backend", "2026-01-31", "--without", "/api/query_ts,/version");
    assertThat(post(url + "/api/v1/data/sync", "{}").statusCode()).isEqualTo(404);
    assertThat(post(url + "/api/query_ts", "").statusCode()).isEqualTo(404);
    assertThat(post(url + "/emulator/requests", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--retention two-days", "--backend yesterday", "--documents 1 --bytes 1"})
  void wrongValuesAreOneLine(String line) {
    Finished finished = Cli.here(("emulator --port 0 " + line).split(" "));
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).hasLineCount(1).startsWith("convex-powersync");
  }

  private String start(String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "emulator";
    arguments[1] = "--port";
    arguments[2] = "0";
    System.arraycopy(options, 0, arguments, 3, options.length);
    CommandLine line = CommandLineApp.create().setOut(new PrintWriter(out, true));
    command = new Thread(() -> line.execute(arguments), "emulator-command");
    command.start();
    Cli.await("key", () -> out.toString().contains("key: "));
    return out.toString().lines().findFirst().orElseThrow().substring("url: ".length());
  }

  private static HttpResponse<String> post(String url, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
