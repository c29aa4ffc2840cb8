package io.convexpowersync.standalone.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code supervise.sh}, which starts the server and stops it when its standard input ends. The
 * kernel closes that pipe when this process dies, so no server outlives it.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final int PORT_ATTEMPTS = 5;
  private static final int STOP_SECONDS = 60;

  /** What happens to the data. */
  enum Kind {
    /** Written with care, kept. */
    DURABLE,
    /** Written fast, deleted when the server stops. */
    DISPOSABLE
  }

  private final ServerDirectory directory;
  private final Process process;
  private final int port;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private Supervisor(ServerDirectory directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.port = port;
  }

  static Supervisor start(ServerDirectory directory, Path bin, int wantedPort, Kind kind) {
    for (int attempt = 1; ; attempt++) {
      int port = wantedPort == 0 ? freePort() : wantedPort;
      Supervisor supervisor = new Supervisor(directory, run(directory, bin, port, kind), port);
      if (supervisor.isReady()) {
        LOG.info("PostgreSQL runs on 127.0.0.1:{} in {}", port, directory.path());
        return supervisor;
      }
      String reason = directory.whyItDidNotStart();
      supervisor.close();
      boolean portWasTaken = reason.contains("bind") || reason.contains("TCP/IP sockets");
      if (wantedPort != 0 || !portWasTaken || attempt == PORT_ATTEMPTS) {
        throw new ServerException(
            "The embedded PostgreSQL in "
                + directory.path()
                + " did not start: "
                + reason
                + advice(reason, portWasTaken));
      }
    }
  }

  private static String advice(String reason, boolean portWasTaken) {
    if (portWasTaken) {
      return ". Choose another port";
    }
    return reason.contains("root")
        ? ". As root it needs user namespaces (unshare -U), which this system does not allow: run as"
            + " another user, or give the URL of a PostgreSQL server"
        : "";
  }

  private static Process run(ServerDirectory directory, Path bin, int port, Kind kind) {
    List<String> command =
        List.of(
            "sh",
            "-c",
            script(),
            "supervise-postgres",
            directory.path().toString(),
            bin.toString(),
            Integer.toString(port),
            kind.name().toLowerCase(Locale.ROOT));
    try {
      return new ProcessBuilder(command)
          .directory(directory.path().toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new ServerException("Cannot run sh to start PostgreSQL: " + e.getMessage(), e);
    }
  }

  private static String script() {
    try (InputStream in = Supervisor.class.getResourceAsStream("supervise.sh")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("supervise.sh is part of this program", e);
    }
  }

  private boolean isReady() {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    try {
      String line = output.readLine();
      // A server that did not start has stopped before it was ready.
      if (line != null && !line.equals("stopped")) {
        Thread watcher = new Thread(() -> watch(output), "postgres-watcher");
        watcher.setDaemon(true);
        watcher.start();
      }
      return "ready".equals(line);
    } catch (IOException e) {
      throw new ServerException("Lost the process that supervises PostgreSQL", e);
    }
  }

  private void watch(BufferedReader output) {
    try {
      output.readLine();
    } catch (IOException e) {
      LOG.debug("The supervisor's output ended", e);
    }
    stopped.complete(null);
  }

  /** Completes when the server has ended, for whatever reason. */
  CompletableFuture<Void> stopped() {
    return stopped;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new ServerException("There is no free TCP port on 127.0.0.1", e);
    }
  }

  int port() {
    return port;
  }

  ServerDirectory directory() {
    return directory;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("PostgreSQL in {} is still stopping", directory.path());
      }
    } catch (IOException e) {
      LOG.debug("The supervisor is gone already", e);
    } catch (InterruptedException e) {
      // It stops all the same: its input has ended.
      Thread.currentThread().interrupt();
    }
  }
}
