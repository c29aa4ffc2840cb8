package io.convexpowersync.sink.input;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What Apicurio's serializers need of a schema registry: register a schema, get it by its id. */
final class FakeRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<String> schemas = new ArrayList<>();

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/apis/registry/v2";
  }

  synchronized int schemas() {
    return schemas.size();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] request = exchange.getRequestBody().readAllBytes();
    String answer;
    if (exchange.getRequestMethod().equals("POST")) {
      answer = register(new String(request, StandardCharsets.UTF_8));
    } else if (path.endsWith("/references")) {
      answer = "[]";
    } else {
      answer = schemas.get(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)) - 1);
    }
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String register(String schema) throws IOException {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    int id = schemas.indexOf(schema) + 1;
    return JSON.createObjectNode()
        .put("id", "schema-" + id)
        .put("version", "1")
        .put("type", "AVRO")
        .put("globalId", id)
        .put("contentId", id)
        .toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
