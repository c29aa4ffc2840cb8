package io.convexpowersync.emulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP on 127.0.0.1: keep-alive connections, one thread per request under way. */
final class EmulatorServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmulatorServer.class);
  private static final AtomicInteger THREADS = new AtomicInteger();

  static {
    // Read once by the JDK's server. Without the first, answers wait for delayed ACKs; with the
    // defaults of the others, idle connections of a pool are closed after 30 s.
    setDefault("sun.net.httpserver.nodelay", "true");
    setDefault("sun.net.httpserver.idleInterval", "600");
    setDefault("sun.net.httpserver.maxIdleConnections", "1000");
  }

  /** What does the work of a request. */
  interface Handler {
    Response handle(EmulatorRequest request) throws ApiException;
  }

  private final HttpServer server;
  private final ExecutorService executor;
  private final Handler handler;
  private final EmulatorCounters counters;
  private final ThreadLocal<ByteBuf> buffers = ThreadLocal.withInitial(() -> new ByteBuf(1 << 16));
  private volatile FaultInjector faults = request -> Fault.NONE;

  EmulatorServer(int port, Handler handler, EmulatorCounters counters) throws IOException {
    this.handler = handler;
    this.counters = counters;
    this.executor = Executors.newCachedThreadPool(EmulatorServer::thread);
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.setExecutor(executor);
    server.createContext("/", this::exchange);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  void faults(FaultInjector injector) {
    faults = injector;
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  /**
   * An exception makes the JDK's server close the connection without ending the body, which is what
   * a body that is cut off needs; closing the exchange here would end it properly.
   */
  private void exchange(HttpExchange exchange) throws IOException {
    try {
      EmulatorRequest request = request(exchange);
      counters.countRequest(request.path());
      answer(exchange, request);
    } catch (RuntimeException e) {
      LOG.error("The emulator failed on {}", exchange.getRequestURI().getPath(), e);
      throw e;
    }
  }

  private void answer(HttpExchange exchange, EmulatorRequest request) throws IOException {
    Fault fault = faults.nextFault(request);
    pause(fault.delay());
    Response response = fault.status().isPresent() ? injected(fault) : handled(request);
    if (response.contentType() != null) {
      exchange.getResponseHeaders().set("Content-Type", response.contentType());
    }
    ByteBuf buffer = buffers.get();
    buffer.clear();
    ResponseSink sink = new ResponseSink(exchange, response.status(), buffer, fault.cutAfter());
    response.body().writeTo(sink);
    sink.finish();
  }

  private Response handled(EmulatorRequest request) {
    try {
      return handler.handle(request);
    } catch (ApiException e) {
      return Response.error(e);
    }
  }

  private static Response injected(Fault fault) {
    int status = fault.status().orElseThrow();
    return fault.body().isEmpty()
        ? Response.empty(status)
        : new Response(status, "application/json", sink -> sink.buffer().utf8(fault.body()));
  }

  private static EmulatorRequest request(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    byte[] body = exchange.getRequestBody().readAllBytes();
    return new EmulatorRequest(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        exchange.getRequestURI().getRawQuery(),
        headers,
        body);
  }

  private static void pause(Duration delay) throws IOException {
    if (!delay.isZero()) {
      try {
        Thread.sleep(delay.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("The emulator was closed during a delay", e);
      }
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "convex-emulator-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
