package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckConnectionTest {
  private static final FakeServer.Reply NAME =
      FakeServer.answer(200, "text/plain", "happy-otter-123");

  private FakeServer server;
  private HttpConvexDeployment deployment;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    deployment = new HttpConvexDeployment(Pages.config(server.url()));
  }

  @AfterEach
  void stop() throws IOException {
    deployment.close();
    server.close();
  }

  @Test
  void returnsTheNameWhenAllIsWell() {
    server.then(NAME).then(FakeServer.json("null"));

    assertThat(deployment.checkConnection()).isEqualTo("happy-otter-123");
  }

  @Test
  void showsTheKeyOnlyToAHostThatIsADeployment() {
    server.then(NAME).then(FakeServer.json("null"));

    deployment.checkConnection();

    assertThat(server.received())
        .extracting(request -> request.headers().get("authorization"))
        .containsExactly(null, "Convex " + Pages.KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "401,BadAdminKey",
    "400,InvalidAdminKey",
    "403,BadDeployKey",
    "403,OperationNotPermitted",
    "403,StreamingExportNotEnabled"
  })
  void blamesTheKey(int status, String code) {
    server.then(NAME).then(FakeServer.error(status, code));

    ConvexException e = failure();

    assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(e).hasMessageNotContaining("The key is for deployment");
  }

  @Test
  void namesBothDeploymentsWhenTheKeyIsForAnother() {
    server
        .then(FakeServer.answer(200, "text/plain", "sad-fox-456"))
        .then(FakeServer.error(401, "BadAdminKey"));

    ConvexException e = failure();

    assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(e.code()).contains("BadAdminKey");
    assertThat(e).hasMessageContaining("'happy-otter-123'").hasMessageContaining("'sad-fox-456'");
  }

  @Test
  void blamesTheAddress() throws IOException {
    server.then(FakeServer.empty(404)).then(FakeServer.answer(200, "text/html", "<html></html>"));

    assertThat(failure().kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(failure().kind()).isEqualTo(Kind.PROTOCOL);
    server.close();
    assertThat(failure().kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(server.received())
        .allMatch(request -> !request.headers().containsKey("authorization"));
  }

  private ConvexException failure() {
    return catchThrowableOfType(ConvexException.class, deployment::checkConnection);
  }
}
