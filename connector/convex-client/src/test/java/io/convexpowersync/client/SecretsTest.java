package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers and proxies may repeat the key that they were shown; the client must not. */
class SecretsTest {
  private static final String HEADER = "Convex " + Pages.KEY;
  private static final List<FakeServer.Reply> ECHOES =
      List.of(
          FakeServer.answer(401, "application/json", error("BadAdminKey", HEADER)),
          FakeServer.answer(401, "application/json", error(Pages.SECRET, HEADER)),
          FakeServer.answer(401, "application/json", error("Bad", "x".repeat(290) + Pages.SECRET)),
          FakeServer.answer(302, "text/plain; " + Pages.SECRET, "x", "Location: " + HEADER),
          FakeServer.answer(502, "text/html", HEADER),
          FakeServer.answer(200, "text/html", HEADER),
          FakeServer.json("{\"byComponent\":{\"\":[{\"name\":" + Pages.SECRET + "}]}}"),
          FakeServer.raw("HTTP/1.1 401 " + HEADER + "\r\n\r\n"),
          FakeServer.raw(HEADER + "\r\n\r\n"),
          FakeServer.raw("HTTP/1.1 200 OK\r\nContent-Length: " + HEADER + "\r\n\r\n{"),
          FakeServer.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + HEADER));

  @Test
  void showsTheSecretInNoExceptionLogOrText() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    StringWriter shown = new StringWriter();
    PrintStream before = System.err;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try (PrintWriter out = new PrintWriter(shown)) {
      for (FakeServer.Reply echo : ECHOES) {
        try (FakeServer server = new FakeServer();
            HttpConvexDeployment deployment =
                new HttpConvexDeployment(Pages.config(server.url()))) {
          server.then(echo).then(echo);
          Throwable failure = catchThrowable(deployment::tables);
          assertThat(failure).isInstanceOf(ConvexException.class);
          failure.printStackTrace(out);
        }
      }
      ConvexClientConfig config = Pages.config("http://127.0.0.1");
      out.println(config + " " + config.key() + " " + new HttpConvexDeployment(config));
    } finally {
      System.setErr(before);
    }

    assertThat(shown.toString() + log)
        .contains("HTTP 401")
        .contains("happy-otter-123|***")
        .doesNotContain(Pages.SECRET)
        .doesNotContain(Pages.SECRET.substring(0, 8));
  }

  private static String error(String code, String message) {
    return "{\"code\":\"%s\",\"message\":\"%s\"}".formatted(code, message);
  }
}
