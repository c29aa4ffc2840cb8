package io.convexpowersync.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP relay in front of the HTTP server, which cannot reset a connection itself. Every connection
 * has two threads of its own. Thread-safe.
 */
final class ConnectionRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionRelay.class);
  private static final int BUFFER = 1 << 16;

  private final InetAddress host;
  private final int server;
  private final int port;

  /** By the port that the HTTP server sees. */
  private final Map<Integer, Link> links = new ConcurrentHashMap<>();

  private ServerSocket listener;
  private Thread acceptor;
  private boolean closed;

  private record Link(Socket outside, Socket inside) {
    void close() {
      closeQuietly(outside);
      closeQuietly(inside);
    }

    void reset() {
      try {
        outside.setSoLinger(true, 0);
      } catch (IOException e) {
        LOG.debug("The connection is closed already", e);
      }
      close();
    }
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for a free one
   * @param server port of the HTTP server
   */
  ConnectionRelay(InetAddress host, int port, int server) throws IOException {
    this.host = host;
    this.server = server;
    this.port = listen(port);
  }

  int port() {
    return port;
  }

  /** Resets the connection that the HTTP server knows by this remote port. */
  void reset(int remotePort) {
    Link link = links.remove(remotePort);
    if (link != null) {
      link.reset();
    }
  }

  /** Refuses connections and resets those that there are. */
  synchronized void down() throws IOException {
    closeListener();
    links.keySet().forEach(this::reset);
  }

  /** Accepts connections again, on the same port; does nothing once the relay is closed. */
  synchronized void up() throws IOException {
    if (!closed && listener.isClosed()) {
      listen(port);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    closeListener();
    links.values().forEach(Link::close);
  }

  private int listen(int wanted) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(host, wanted));
    listener = socket;
    acceptor = start("accept", () -> accept(socket));
    return socket.getLocalPort();
  }

  /** The port is not free, and the links are not all known, before the acceptor has ended. */
  private void closeListener() throws IOException {
    listener.close();
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        connect(from.accept());
      } catch (IOException e) {
        LOG.debug("No more connections, or the server does not accept this one", e);
      }
    }
  }

  private void connect(Socket outside) throws IOException {
    Socket inside;
    try {
      inside = new Socket(host, server);
    } catch (IOException e) {
      closeQuietly(outside);
      throw e;
    }
    outside.setTcpNoDelay(true);
    inside.setTcpNoDelay(true);
    Link link = new Link(outside, inside);
    links.put(inside.getLocalPort(), link);
    start("in", () -> pump(link, outside, inside));
    start("out", () -> pump(link, inside, outside));
  }

  private void pump(Link link, Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      LOG.trace("A connection has ended", e);
    } finally {
      links.remove(link.inside.getLocalPort(), link);
      link.close();
    }
  }

  private static Thread start(String what, Runnable work) {
    Thread thread = new Thread(work, "convex-emulator-relay-" + what);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("A connection did not close", e);
    }
  }
}
