package io.convexpowersync.benchmarks;

import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DocumentReader;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.client.Selection;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How fast one thread reads snapshot pages: HTTP over loopback, parsing, the documents' text. The
 * server sends the same bytes again and again, so that it costs next to nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class SnapshotPageBenchmark {
  private static final int ROWS = 1024;
  private static final long SNAPSHOT = 1785412800123456789L;
  private static final Selection SELECTION = new Selection(List.of(new TableRef("", "tasks")));

  /** Bytes of one document's JSON text. */
  @Param({"400", "4000"})
  public int bytes;

  private ServerSocket listener;
  private HttpConvexDeployment deployment;

  /** Starts the server and the client. */
  @Setup
  public void start() throws IOException {
    byte[] answer = answer(page(bytes));
    listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    Thread server = new Thread(() -> serve(listener, answer), "page-server");
    server.setDaemon(true);
    server.start();
    deployment =
        new HttpConvexDeployment(
            ConvexClientConfig.of(
                "http://127.0.0.1:" + listener.getLocalPort(), "bench|01", "0.1.0"));
  }

  @TearDown
  public void stop() throws IOException {
    deployment.close();
    listener.close();
  }

  /** Reads one page of 1024 documents; the score is documents per second. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public void readsAPage(Blackhole sink) {
    try (DocumentReader<SnapshotPageEnd> page =
        deployment.listSnapshot(SNAPSHOT, Optional.empty(), SELECTION)) {
      for (ConvexDocument row = page.next(); row != null; row = page.next()) {
        sink.consume(row);
      }
    }
  }

  private static void serve(ServerSocket listener, byte[] answer) {
    try (Socket socket = listener.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      OutputStream out = socket.getOutputStream();
      while (skipRequest(in)) {
        out.write(answer);
        out.flush();
      }
    } catch (IOException e) {
      // The client went away: the benchmark is over.
    }
  }

  private static boolean skipRequest(BufferedReader in) throws IOException {
    int length = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty()) {
        return in.skip(length) == length;
      }
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return false;
  }

  private static byte[] answer(String page) {
    byte[] body = page.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] answer = new byte[head.length() + body.length];
    System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, answer, 0, head.length());
    System.arraycopy(body, 0, answer, head.length(), body.length);
    return answer;
  }

  private static String page(int bytes) {
    StringBuilder page = new StringBuilder("{\"values\":[");
    for (int i = 0; i < ROWS; i++) {
      page.append(i == 0 ? "" : ",").append(row(i, bytes));
    }
    return page.append("],\"snapshot\":")
        .append(SNAPSHOT)
        .append(",\"cursor\":\"c\",\"hasMore\":true}")
        .toString();
  }

  private static String row(int i, int bytes) {
    String document =
        ("\"_creationTime\":1785412799871.25,\"_id\":\"j572ac1v8s8nrsvjfp4977n9ph8b%04d\","
                + "\"done\":%b,\"labels\":[\"home\",\"garden\",\"weekend\"],"
                + "\"list\":\"j97dpbz7khsxfhcrwvcq9w0a1h7a6y4t\",\"order\":%d,"
                + "\"rank\":9007199254740993,\"score\":%d.5,\"title\":\"water the plants\",")
            .formatted(i, i % 2 == 0, i, i);
    String filler = "long words of a note \\\"quoted\\\", and so on; ".repeat(bytes / 40 + 1);
    int room = bytes - document.length() - "{\"body\":\"\"}".length();
    String body = filler.substring(0, room - 2).replaceAll("\\\\$", "x");
    return "{\"_component\":\"\",\"_table\":\"tasks\",\"_ts\":1785412799918273645,"
        + document
        + "\"words\":\""
        + body
        + "\"}";
  }

  /** Runs this benchmark alone. */
  public static void main(String[] args) throws RunnerException {
    new Runner(new OptionsBuilder().include(SnapshotPageBenchmark.class.getSimpleName()).build())
        .run();
  }
}
