package io.convexpowersync.benchmarks.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * CPU time of a JVM, of a Kafka broker and of a PostgreSQL server on this machine, from Linux's
 * {@code /proc}. The server's is that of the postmaster, of its living children, and of those that
 * have ended, which the kernel adds to their parent's account. Ticks are 10 ms.
 */
final class CpuMeter {
  private static final Path PROC = Path.of("/proc");
  private static final double TICK_SECONDS = 0.01;

  /** Positions in {@code /proc/<pid>/stat} behind the command's name; see proc(5). */
  private static final int PARENT = 1;

  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int ENDED_CHILDREN_USER_TIME = 13;
  private static final int ENDED_CHILDREN_SYSTEM_TIME = 14;

  private final Path jvm;
  private final Optional<Path> broker;
  private final String postmaster;

  private CpuMeter(Path jvm, Optional<Path> broker, String postmaster) {
    this.jvm = jvm;
    this.broker = broker;
    this.postmaster = postmaster;
  }

  /** For this JVM, and the server that the connection talks to. */
  static CpuMeter of(Connection connection) throws SQLException {
    return new CpuMeter(PROC.resolve("self"), Optional.empty(), postmaster(connection));
  }

  /** For two processes, and the server that the connection talks to. */
  static CpuMeter of(Process jvm, Process broker, Connection connection) throws SQLException {
    return new CpuMeter(directory(jvm), Optional.of(directory(broker)), postmaster(connection));
  }

  private static Path directory(Process process) {
    return PROC.resolve(Long.toString(process.pid()));
  }

  private static String postmaster(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return stat(PROC.resolve(row.getString(1))).get(PARENT);
    }
  }

  /** Used up to now. */
  CpuTime now() {
    Map<String, Double> threads = new TreeMap<>();
    for (Path task : list(jvm.resolve("task"))) {
      List<String> stat = stat(task);
      if (!stat.isEmpty()) {
        threads.merge(group(read(task.resolve("comm")).strip()), seconds(stat), Double::sum);
      }
    }
    return new CpuTime(
        seconds(stat(jvm)),
        threads.getOrDefault("compiler", 0.0),
        threads.getOrDefault("collector", 0.0),
        broker.map(process -> seconds(stat(process))).orElse(0.0),
        server(),
        System.nanoTime() / 1e9);
  }

  private double server() {
    double sum = 0;
    for (Path process : list(PROC)) {
      if (Character.isDigit(process.getFileName().toString().charAt(0))) {
        List<String> stat = stat(process);
        if (!stat.isEmpty() && stat.get(PARENT).equals(postmaster)) {
          sum += seconds(stat);
        }
      }
    }
    List<String> parent = stat(PROC.resolve(postmaster));
    double ended =
        Long.parseLong(parent.get(ENDED_CHILDREN_USER_TIME))
            + Long.parseLong(parent.get(ENDED_CHILDREN_SYSTEM_TIME));
    return sum + seconds(parent) + ended * TICK_SECONDS;
  }

  private static String group(String thread) {
    if (thread.startsWith("C1 ") || thread.startsWith("C2 ")) {
      return "compiler";
    }
    // The serial collector has no thread of its own.
    return thread.startsWith("G1 ") || thread.startsWith("GC ") || thread.equals("VM Thread")
        ? "collector"
        : "application";
  }

  private static double seconds(List<String> stat) {
    return (Long.parseLong(stat.get(USER_TIME)) + Long.parseLong(stat.get(SYSTEM_TIME)))
        * TICK_SECONDS;
  }

  /** The fields behind the command's name; none when the process has just ended. */
  private static List<String> stat(Path process) {
    String text = read(process.resolve("stat"));
    int name = text.lastIndexOf(')');
    return name < 0 ? List.of() : List.of(text.substring(name + 1).strip().split(" "));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      // A process that ends while it is read: ESRCH.
      return "";
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + directory + ": is this Linux?", e);
    }
  }
}
