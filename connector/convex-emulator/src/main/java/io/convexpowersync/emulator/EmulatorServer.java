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
import java.util.Optional;
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
  private final Duration timeout;
  private final Optional<ConnectionRelay> relay;
  private volatile FaultInjector faults = request -> Fault.NONE;

  EmulatorServer(EmulatorOptions options, Handler handler, EmulatorCounters counters)
      throws IOException {
    this.handler = handler;
    this.counters = counters;
    this.timeout = options.limits().times().request();
    boolean relayed = options.features().networkFaults();
    this.executor = Executors.newCachedThreadPool(EmulatorServer::thread);
    InetAddress host = InetAddress.getByName("127.0.0.1");
    this.server = HttpServer.create(new InetSocketAddress(host, relayed ? 0 : options.port()), 0);
    server.setExecutor(executor);
    server.createContext("/", this::exchange);
    server.start();
    this.relay = relayed ? Optional.of(relay(host, options.port())) : Optional.empty();
  }

  private ConnectionRelay relay(InetAddress host, int port) throws IOException {
    try {
      return new ConnectionRelay(host, port, server.getAddress().getPort());
    } catch (IOException e) {
      close(server, executor);
      throw e;
    }
  }

  int port() {
    return relay.map(ConnectionRelay::port).orElseGet(() -> server.getAddress().getPort());
  }

  ConnectionRelay relay() {
    return relay.orElseThrow(
        () ->
            new IllegalStateException(
                "Resetting and refusing connections needs EmulatorOptions.withNetworkFaults"));
  }

  void faults(FaultInjector injector) {
    faults = injector;
  }

  @Override
  public void close() throws IOException {
    if (relay.isPresent()) {
      relay.get().close();
    }
    close(server, executor);
  }

  private static void close(HttpServer server, ExecutorService executor) {
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
    boolean control = request.path().startsWith(ControlEndpoint.PREFIX);
    Fault fault = control ? Fault.NONE : faults.nextFault(request);
    pause(min(fault.delay()));
    Response response = fault.answer().isPresent() ? injected(fault, exchange) : handled(request);
    pause(min(response.work()));
    if (fault.delay().plus(response.work()).compareTo(timeout) > 0) {
      response = Response.empty(408);
    }
    if (response.contentType() != null) {
      exchange.getResponseHeaders().set("Content-Type", response.contentType());
    }
    ByteBuf buffer = buffers.get();
    buffer.clear();
    ResponseSink sink = new ResponseSink(exchange, response.status(), buffer, fault.delivery());
    try {
      response.body().writeTo(sink);
      sink.finish();
    } catch (ResponseSink.CutException e) {
      if (fault.delivery() instanceof Fault.Delivery.Reset) {
        relay().reset(exchange.getRemoteAddress().getPort());
      }
      throw e;
    }
  }

  private Duration min(Duration time) {
    return time.compareTo(timeout) > 0 ? timeout : time;
  }

  private Response handled(EmulatorRequest request) {
    try {
      return handler.handle(request);
    } catch (ApiException e) {
      return Response.error(e);
    }
  }

  private static Response injected(Fault fault, HttpExchange exchange) {
    Fault.Answer answer = fault.answer().orElseThrow();
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    return answer.body().isEmpty()
        ? Response.empty(answer.status())
        : Response.json(answer.status(), sink -> sink.buffer().utf8(answer.body()));
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
    pauseMillis(delay.toMillis());
  }

  static void pauseMillis(long millis) throws IOException {
    if (millis > 0) {
      try {
        Thread.sleep(millis);
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
