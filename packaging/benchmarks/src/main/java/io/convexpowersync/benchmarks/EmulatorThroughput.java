package io.convexpowersync.benchmarks;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.ValueFormat;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * Measures how fast the emulator loads and serves generated documents to a client that does nothing
 * with them, and how much heap they take. Run with {@code -Xmx1g}; arguments: documents (1000000),
 * bytes per document (400).
 */
public final class EmulatorThroughput {
  private static final int TAIL = 300;

  private final HttpClient http = HttpClient.newHttpClient();
  private final ConvexEmulator emulator;

  private EmulatorThroughput(ConvexEmulator emulator) {
    this.emulator = emulator;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    long documents = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
    int bytes = args.length > 1 ? Integer.parseInt(args[1]) : 400;
    long start = System.nanoTime();
    EmulatorOptions options =
        EmulatorOptions.defaults().withData(new EmulatorData.Generated(documents, bytes));
    try (ConvexEmulator emulator = ConvexEmulator.start(options)) {
      report("load", documents, 0, start);
      EmulatorThroughput run = new EmulatorThroughput(emulator);
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      System.out.printf(
          "heap in use %d MiB of %d MiB%n",
          (runtime.totalMemory() - runtime.freeMemory()) >> 20, runtime.maxMemory() >> 20);
      for (ValueFormat format : ValueFormat.values()) {
        run.snapshot(format);
      }
      run.deltas();
    }
  }

  private void snapshot(ValueFormat format) throws IOException, InterruptedException {
    long head = emulator.head();
    long before = emulator.counters().snapshotDocuments();
    long start = System.nanoTime();
    long bytes = 0;
    String cursor = "";
    String tail;
    do {
      byte[] page =
          get("/api/list_snapshot?snapshot=" + head + "&format=" + format.wireName() + cursor);
      bytes += page.length;
      tail = tail(page);
      cursor = "&cursor=" + encodedCursor(tail);
    } while (tail.endsWith("\"hasMore\":true}"));
    long documents = emulator.counters().snapshotDocuments() - before;
    report("list_snapshot " + format.wireName(), documents, bytes, start);
  }

  private void deltas() throws IOException, InterruptedException {
    long before = emulator.counters().deltaDocuments();
    long start = System.nanoTime();
    long bytes = 0;
    String cursor = "0";
    String tail;
    do {
      byte[] page = get("/api/document_deltas?format=export_json&cursor=" + cursor);
      bytes += page.length;
      tail = tail(page);
      int from = tail.lastIndexOf("\"cursor\":") + "\"cursor\":".length();
      cursor = tail.substring(from, tail.indexOf(',', from));
    } while (tail.endsWith("\"hasMore\":true}"));
    long documents = emulator.counters().deltaDocuments() - before;
    report("document_deltas export_json", documents, bytes, start);
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(emulator.url() + path))
            .header("Authorization", "Convex " + emulator.adminKey())
            .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("Status " + response.statusCode() + " for " + path);
    }
    return response.body();
  }

  private static String tail(byte[] page) {
    int from = Math.max(0, page.length - TAIL);
    return new String(page, from, page.length - from, StandardCharsets.UTF_8);
  }

  private static String encodedCursor(String tail) {
    int from = tail.lastIndexOf("\"cursor\":\"") + "\"cursor\":\"".length();
    int to = tail.lastIndexOf("\",\"hasMore\"");
    String text = to < from ? "" : tail.substring(from, to).replace("\\\"", "\"");
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void report(String what, long documents, long bytes, long startNanos) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.printf(
        "%-30s %,d documents, %,d bytes, %.2f s, %,.0f documents/s%n",
        what, documents, bytes, seconds, documents / seconds);
  }
}
