package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** A broker or worker as a process of its own, with a class path that holds nothing of ours. */
final class ServerProcess implements AutoCloseable {
  private static final Path INSTALLATIONS = Path.of("installations");

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a Java program.
   *
   * @param installation directory under {@code installations}, whose class path is used
   * @param directory where its log goes, as {@code name.log}
   */
  static ServerProcess start(String installation, Path directory, String name, String... command)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-cp", classPath(installation)));
    arguments.addAll(List.of(command));
    return start(directory, name, arguments);
  }

  /** Starts an executable jar. */
  static ServerProcess startJar(Path jar, Path directory, String name, String... properties)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(properties));
    arguments.addAll(List.of("-jar", jar.toString()));
    return start(directory, name, arguments);
  }

  private static ServerProcess start(Path directory, String name, List<String> arguments)
      throws IOException {
    Path log = directory.resolve(name + ".log");
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElse("java"));
    line.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    line.addAll(arguments);
    Process process =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new ServerProcess(process, log);
  }

  private static String classPath(String installation) throws IOException {
    return Files.readString(INSTALLATIONS.resolve(installation).resolve("target/classpath.txt"))
        .strip();
  }

  /** Writes a properties file. */
  static Path properties(Path file, Map<String, String> values) throws IOException {
    Properties properties = new Properties();
    properties.putAll(values);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    return Files.writeString(file, text.toString());
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitSuccess() throws IOException, InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends: %s", lastLines()).isTrue();
    assertThat(process.exitValue()).as(lastLines()).isZero();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
