package io.convexpowersync.standalone.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an earlier runner may have left in a server directory. Called with the directory locked, so
 * that earlier runner is dead, but the server that it started may still be stopping; and if its
 * supervisor was killed too, the server still runs, or a PID file of a dead server is there.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  // Clocks of file systems and of process tables differ by a little.
  private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(2);

  private final Path directory;
  private final Path postmasterPid;

  Leftovers(Path directory) {
    this.directory = directory;
    this.postmasterPid = directory.resolve("data").resolve("postmaster.pid");
  }

  /** Whether a server runs on the directory. */
  boolean serverRuns() {
    try {
      return process(postmasterPid).filter(this::isServerOfThisDirectory).isPresent();
    } catch (IOException e) {
      throw new ServerException("Cannot read " + postmasterPid, e);
    }
  }

  /** Returns when nothing of it is left. */
  void clear() {
    try {
      Path supervisorPid = directory.resolve("supervisor.pid");
      Optional<ProcessHandle> supervisor = process(supervisorPid);
      if (supervisor.isPresent()) {
        LOG.info("Waiting until the server of the previous run in {} has stopped", directory);
        await(supervisor.get());
      }
      Files.deleteIfExists(supervisorPid);
      clearServer();
    } catch (IOException e) {
      throw new ServerException("Cannot clear what a previous run left in " + directory, e);
    }
  }

  private void clearServer() throws IOException {
    Optional<ProcessHandle> server = process(postmasterPid);
    if (server.isPresent() && isServerOfThisDirectory(server.get())) {
      LOG.warn("A previous run was killed; stopping its PostgreSQL in {}", directory);
      // SIGTERM would wait for clients; there are none but the dead runner's. SIGKILL needs no
      // recovery that a crash would not need too.
      server.get().descendants().forEach(ProcessHandle::destroyForcibly);
      server.get().destroyForcibly();
      await(server.get());
    }
    if (Files.deleteIfExists(postmasterPid)) {
      LOG.warn("A previous run was killed; PostgreSQL will recover {}", directory);
    }
  }

  private boolean isServerOfThisDirectory(ProcessHandle server) {
    ProcessHandle.Info info = server.info();
    if (!info.command().map(command -> command.endsWith("/postgres")).orElse(false)) {
      return false;
    }
    List<String> arguments = info.arguments().map(Arrays::asList).orElse(List.of());
    return arguments.contains(directory.resolve("data").toString());
  }

  /** The process that wrote its id into a file, unless the id belongs to a younger one by now. */
  private static Optional<ProcessHandle> process(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(pidFile);
    if (lines.isEmpty() || !lines.get(0).matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    Instant written = Files.getLastModifiedTime(pidFile).toInstant().plus(CLOCK_DIFFERENCE);
    return ProcessHandle.of(Long.parseLong(lines.get(0)))
        .filter(process -> process.info().startInstant().orElse(Instant.MIN).isBefore(written));
  }

  private void await(ProcessHandle process) {
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while waiting for process " + process.pid(), e);
    } catch (ExecutionException | TimeoutException e) {
      throw new ServerException(
          "Process "
              + process.pid()
              + " of a previous run still uses "
              + directory
              + ". Stop it, then start again",
          e);
    }
  }
}
