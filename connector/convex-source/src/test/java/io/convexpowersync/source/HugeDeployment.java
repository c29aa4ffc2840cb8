package io.convexpowersync.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A deployment whose answers are made while they are sent, so that they need no memory: one table,
 * one page of a snapshot with documents of 1 MiB, and one commit with documents of 1 KiB behind it.
 */
final class HugeDeployment implements AutoCloseable {
  static final String NAME = "huge-otter-1";
  private static final long PIN = 1_785_412_800_000_000_000L;
  private static final long COMMIT = PIN + 1_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final int snapshotDocuments;
  private final int commitDocuments;

  HugeDeployment(int snapshotDocuments, int commitDocuments) throws IOException {
    this.snapshotDocuments = snapshotDocuments;
    this.commitDocuments = commitDocuments;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
      switch (exchange.getRequestURI().getPath()) {
        case "/instance_name" -> write(out, NAME);
        case "/api/query_ts" -> write(out, "{\"ts\":\"" + base64(PIN) + "\"}");
        case "/api/get_table_column_names" ->
            write(out, "{\"byComponent\":{\"\":[{\"name\":\"files\",\"columns\":[\"_id\"]}]}}");
        case "/api/list_snapshot" -> {
          writeRows(out, snapshotDocuments, PIN, 1 << 20);
          write(out, ",\"snapshot\":" + PIN + ",\"cursor\":null,\"hasMore\":false}");
        }
        default -> {
          writeRows(out, request.contains(Long.toString(PIN)) ? commitDocuments : 0, COMMIT, 1024);
          write(out, ",\"cursor\":" + COMMIT + ",\"hasMore\":false}");
        }
      }
    }
  }

  private static void writeRows(OutputStream out, int count, long ts, int size) throws IOException {
    byte[] text = "x".repeat(size - 100).getBytes(StandardCharsets.UTF_8);
    write(out, "{\"values\":[");
    for (int i = 0; i < count; i++) {
      write(
          out,
          "%s{\"_component\":\"\",\"_table\":\"files\",\"_ts\":%d,\"_id\":\"id%06d\",\"text\":\""
              .formatted(i == 0 ? "" : ",", ts, i));
      out.write(text);
      write(out, "\"}");
    }
    write(out, "]");
  }

  private static String base64(long ts) {
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(ts).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
