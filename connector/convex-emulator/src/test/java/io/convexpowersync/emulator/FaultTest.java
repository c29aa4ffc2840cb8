package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultTest extends EmulatorTest {
  private static final Optional<String> SNAPSHOT = Optional.of("/api/list_snapshot");

  @Override
  EmulatorOptions options() {
    EmulatorOptions.Limits limits = EmulatorOptions.Limits.DEFAULTS;
    EmulatorOptions.Limits.Times times = limits.times();
    return EmulatorOptions.defaults()
        .withNetworkFaults(true)
        .withLimits(
            limits.withTimes(
                new EmulatorOptions.Limits.Times(
                    times.logRetention(),
                    times.snapshotAge(),
                    Duration.ofMillis(50),
                    Duration.ofMillis(300))));
  }

  @Override
  void populate() {
    emulator.commit(tx -> tx.insert(TASKS, "{\"text\":\"" + "x".repeat(200_000) + "\"}"));
  }

  @Test
  void faultsComeInTheirOrderAndSoOften() {
    emulator
        .scheduledFaults()
        .add(SNAPSHOT, Fault.error(503, "Overloaded"), 2)
        .add(Optional.empty(), Fault.status(522, "<html>"), 1);
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(503);
    assertThat(client.get("/version").status()).isEqualTo(522);
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(503);
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
  }

  @Test
  void forgottenFaultsDoNotHappen() {
    emulator.scheduledFaults().add(SNAPSHOT, Fault.error(503, "Overloaded"), 9).clear();
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
  }

  @Test
  void tellsWhenToComeBack() throws IOException {
    Fault fault = Fault.error(429, "TooManyConcurrentRequests").retryAfter(Duration.ofSeconds(7));
    emulator.scheduledFaults().add(Optional.empty(), fault, 1);
    URLConnection connection = URI.create(emulator.url() + "/version").toURL().openConnection();
    assertThat(connection.getHeaderField("Retry-After")).isEqualTo("7");
  }

  @Test
  void resetsAConnectionInsideTheBody() {
    for (long after : new long[] {0, 100, 150_000}) {
      // The JDK's client tries again when not even a status has arrived.
      emulator.scheduledFaults().add(SNAPSHOT, Fault.reset(after), 9);
      assertThatThrownBy(() -> client.get("/api/list_snapshot"))
          .isInstanceOf(UncheckedIOException.class)
          .hasStackTraceContaining("Connection reset");
      emulator.scheduledFaults().clear();
    }
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
  }

  @Test
  void closesAConnectionWithoutAnAnswer() {
    emulator.scheduledFaults().add(SNAPSHOT, Fault.noAnswer(), 9);
    assertThatThrownBy(() -> client.get("/api/list_snapshot"))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void sendsABodySlowlyButWhole() {
    String whole = client.get("/api/list_snapshot").body();
    emulator.scheduledFaults().add(SNAPSHOT, Fault.slowBody(1_000_000), 1);
    long before = System.nanoTime();
    assertThat(client.get("/api/list_snapshot").body()).isEqualTo(whole);
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(150_000_000);
  }

  @Test
  void givesUpOnARequestThatTakesTooLong() {
    emulator.scheduledFaults().add(SNAPSHOT, Fault.delayed(Duration.ofHours(1)), 1);
    assertThat(client.get("/api/list_snapshot")).isEqualTo(new TestClient.Answer(408, ""));
    emulator.switches().snapshotRowTime(Duration.ofMillis(301));
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(408);
  }

  @Test
  void aSlowSnapshotHasShortPages() {
    emulator.commit(tx -> tx.ids(TASKS).forEach(id -> tx.delete(TASKS, id)));
    emulator.commit(
        tx -> {
          for (int i = 0; i < 9; i++) {
            tx.insert(TASKS, "{}");
          }
        });
    emulator.switches().snapshotRowTime(Duration.ofMillis(10));
    assertThat(client.get("/api/list_snapshot").json().get("values")).hasSize(5);
  }

  @Test
  void refusesConnectionsWhileUnreachable() throws IOException {
    assertThat(client.get("/version").status()).isEqualTo(200);
    emulator.unreachable(true);
    assertThatThrownBy(() -> client.get("/version")).hasCauseInstanceOf(ConnectException.class);
    emulator.unreachable(false);
    assertThat(client.get("/version").status()).isEqualTo(200);
  }

  @Test
  void isReachableOnItsPortAgainHoweverShortTheOutage() throws IOException {
    for (int i = 0; i < 50; i++) {
      emulator.unreachable(true);
      emulator.unreachable(false);
    }
    assertThat(client.get("/version").status()).isEqualTo(200);
  }

  @Test
  void staysClosedWhenAnOutageEndsLater() throws IOException {
    emulator.unreachable(true);
    emulator.close();
    emulator.unreachable(false);
    assertThatThrownBy(() -> client.get("/version")).hasCauseInstanceOf(ConnectException.class);
  }

  @Test
  void networkFaultsHaveToBeAskedFor() throws IOException {
    try (ConvexEmulator direct = ConvexEmulator.start()) {
      assertThatThrownBy(() -> direct.unreachable(true)).hasMessageContaining("withNetworkFaults");
    }
  }
}
