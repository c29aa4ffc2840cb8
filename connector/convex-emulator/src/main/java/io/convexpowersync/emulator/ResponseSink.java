package io.convexpowersync.emulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Sends one answer. A body up to {@link #FLUSH_AT} bytes goes out in one piece with its length, a
 * larger one in chunks, so that memory stays bounded.
 */
final class ResponseSink {
  private static final int FLUSH_AT = 1 << 20;

  private final HttpExchange exchange;
  private final int status;
  private final ByteBuf buffer;
  private final Optional<Long> cutAfter;
  private long sent;
  private boolean started;

  ResponseSink(HttpExchange exchange, int status, ByteBuf buffer, Optional<Long> cutAfter) {
    this.exchange = exchange;
    this.status = status;
    this.buffer = buffer;
    this.cutAfter = cutAfter;
  }

  ByteBuf buffer() {
    return buffer;
  }

  /** Sends what has been written so far if it is much. */
  void mayFlush() throws IOException {
    if (buffer.size() >= FLUSH_AT) {
      if (!started) {
        start(0);
      }
      drain();
    }
  }

  void finish() throws IOException {
    if (!started) {
      // The JDK's server takes -1 for "no body" and 0 for "unknown length".
      start(buffer.size() == 0 ? -1 : buffer.size());
    }
    drain();
    exchange.getResponseBody().close();
  }

  private void start(long length) throws IOException {
    exchange.sendResponseHeaders(status, length);
    started = true;
  }

  private void drain() throws IOException {
    OutputStream out = exchange.getResponseBody();
    if (cutAfter.isPresent() && sent + buffer.size() >= cutAfter.get()) {
      buffer.writeTo(out, (int) Math.max(0, cutAfter.get() - sent));
      out.flush();
      throw new CutException();
    }
    buffer.writeTo(out, buffer.size());
    sent += buffer.size();
    buffer.clear();
  }

  /** The body has been cut off on purpose. */
  private static final class CutException extends IOException {
    private static final long serialVersionUID = 1L;

    CutException() {
      super("body cut off on request");
    }
  }
}
