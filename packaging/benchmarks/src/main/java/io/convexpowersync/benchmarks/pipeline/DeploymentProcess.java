package io.convexpowersync.benchmarks.pipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An emulated deployment that does not use this process's CPU. */
final class DeploymentProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final String url;
  private final String key;
  private long head;

  private DeploymentProcess(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.url = answer();
    this.key = answer();
    this.head = Long.parseLong(answer());
  }

  /** With generated documents. */
  static DeploymentProcess start(long documents, int bytes) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    List<String> command =
        List.of(
            java,
            "-Xmx4g",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            DeploymentMain.class.getName(),
            Long.toString(documents),
            Integer.toString(bytes));
    ProcessBuilder builder = new ProcessBuilder(command);
    return new DeploymentProcess(builder.redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  String url() {
    return url;
  }

  String key() {
    return key;
  }

  /** Its newest commit timestamp (ns). */
  long head() {
    return head;
  }

  /** Changes one document in each of so many commits. */
  void commit(int commits) throws IOException {
    command(Integer.toString(commits));
  }

  /** Forgets its log, so that whoever follows it needs a snapshot. Changes no document. */
  void expire() throws IOException {
    command(DeploymentMain.EXPIRE);
  }

  private void command(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    head = Long.parseLong(answer());
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("The deployment's process has ended; not enough memory?");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    commands.close();
    process.destroy();
  }
}
