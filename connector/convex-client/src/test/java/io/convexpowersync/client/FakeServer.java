package io.convexpowersync.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server that answers, byte by byte, what a test has queued, and notes what was asked. */
final class FakeServer implements AutoCloseable {
  /** A request as it arrived. Header names are in lower case. */
  record Received(
      int connection, String method, String target, Map<String, String> headers, String body) {}

  /** Writes an answer; false ends the connection. */
  interface Reply {
    boolean send(OutputStream out) throws IOException;
  }

  private final ServerSocket listener;
  private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  FakeServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    start("fake-server", this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  FakeServer then(Reply reply) {
    replies.add(reply);
    return this;
  }

  List<Received> received() {
    return received;
  }

  Received last() {
    return received.get(received.size() - 1);
  }

  static Reply json(String body) {
    return answer(200, "application/json", body);
  }

  static Reply error(int status, String code) {
    return answer(
        status,
        "application/json",
        "{\"code\":\"%s\",\"message\":\"words of the server\"}".formatted(code));
  }

  static Reply answer(int status, String type, String body, String... headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return out -> {
      head(out, status, "Content-Type: " + type + "\r\n" + more + length(bytes.length));
      out.write(bytes);
      return true;
    };
  }

  static Reply empty(int status) {
    return out -> {
      head(out, status, length(0));
      return true;
    };
  }

  /** Sends this much of an answer and closes the connection. */
  static Reply raw(String text) {
    return out -> {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      return false;
    };
  }

  /** Sends this and then nothing more, until the client goes away or the test is over. */
  static Reply stall(String text) {
    return out -> {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      pause(60_000);
      return false;
    };
  }

  /** Sends the pieces with pauses before each. */
  static Reply slowly(long pauseMs, List<String> pieces) {
    return out -> {
      for (String piece : pieces) {
        pause(pauseMs);
        out.write(piece.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
      return false;
    };
  }

  private static void pause(long ms) throws IOException {
    try {
      new CountDownLatch(1).await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  static String length(int bytes) {
    return "Content-Length: " + bytes + "\r\n";
  }

  static void head(OutputStream out, int status, String headers) throws IOException {
    String text = "HTTP/1.1 " + status + " Whatever\r\n" + headers + "\r\n";
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        int number = connections.incrementAndGet();
        start("fake-server-" + number, () -> serve(socket, number));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      boolean keep = true;
      while (keep) {
        Received request = read(number, in);
        if (request == null) {
          return;
        }
        received.add(request);
        keep = replies.take().send(out);
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      // The client went away, or the test is over.
    } finally {
      open.remove(socket);
    }
  }

  private static Received read(int connection, InputStream in) throws IOException {
    String start = line(in);
    if (start == null) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    String[] words = start.split(" ");
    return new Received(connection, words[0], words[1], headers, body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
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
