package io.convexpowersync.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A server that is no deployment: it gives every request the answer of a test. */
final class StubServer implements AutoCloseable {
  /** Writes an answer, byte by byte. The connection is closed after it. */
  interface Reply {
    void write(String path, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final Reply reply;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  StubServer(Reply reply) throws IOException {
    this.reply = reply;
    this.listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    start(this::accept);
  }

  /** The same answer to everything. */
  static StubServer answering(int status, String headers, String body) throws IOException {
    return new StubServer((path, out) -> answer(out, status, headers, body));
  }

  /** Accepts connections and says nothing until it is closed. */
  static StubServer silent() throws IOException {
    return new StubServer((path, out) -> new CountDownLatch(1).await());
  }

  static void answer(OutputStream out, int status, String headers, String body) throws IOException {
    String head = "HTTP/1.1 %d Some\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    out.write(head.formatted(status, bytes.length, headers).getBytes(StandardCharsets.UTF_8));
    out.write(bytes);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String start = in.readLine();
      if (start == null) {
        return;
      }
      while (!in.readLine().isEmpty()) {
        // The headers do not matter.
      }
      reply.write(start.split(" ")[1], socket.getOutputStream());
    } catch (IOException | InterruptedException e) {
      // The client went away, or the test is over.
    } finally {
      open.remove(socket);
    }
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work, "stub-server");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.forEach(Thread::interrupt);
  }
}
