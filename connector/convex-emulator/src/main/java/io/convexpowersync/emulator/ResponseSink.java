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
  private static final int SLOW_WRITES_PER_SECOND = 20;

  private final HttpExchange exchange;
  private final int status;
  private final ByteBuf buffer;
  private final Fault.Delivery delivery;
  private long sent;
  private boolean started;

  ResponseSink(HttpExchange exchange, int status, ByteBuf buffer, Fault.Delivery delivery) {
    this.exchange = exchange;
    this.status = status;
    this.buffer = buffer;
    this.delivery = delivery;
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
    if (delivery instanceof Fault.Delivery.Nothing) {
      throw new CutException();
    }
    exchange.sendResponseHeaders(status, length);
    started = true;
  }

  private void drain() throws IOException {
    OutputStream out = exchange.getResponseBody();
    Optional<Long> cutAfter = cutAfter();
    if (cutAfter.isPresent() && sent + buffer.size() >= cutAfter.get()) {
      buffer.writeTo(out, 0, (int) Math.max(0, cutAfter.get() - sent));
      out.flush();
      throw new CutException();
    }
    if (delivery instanceof Fault.Delivery.Slow slow) {
      drainSlowly(out, slow.bytesPerSecond());
    } else {
      buffer.writeTo(out, 0, buffer.size());
    }
    sent += buffer.size();
    buffer.clear();
  }

  private void drainSlowly(OutputStream out, long bytesPerSecond) throws IOException {
    int slice = (int) Math.max(1, Math.min(1 << 20, bytesPerSecond / SLOW_WRITES_PER_SECOND));
    for (int from = 0; from < buffer.size(); from += slice) {
      int length = Math.min(slice, buffer.size() - from);
      buffer.writeTo(out, from, length);
      out.flush();
      EmulatorServer.pauseMillis(length * 1000L / bytesPerSecond);
    }
  }

  private Optional<Long> cutAfter() {
    if (delivery instanceof Fault.Delivery.Cut cut) {
      return Optional.of(cut.afterBytes());
    }
    return delivery instanceof Fault.Delivery.Reset reset
        ? Optional.of(reset.afterBytes())
        : Optional.empty();
  }

  /** The body has been cut off on purpose. */
  static final class CutException extends IOException {
    private static final long serialVersionUID = 1L;

    CutException() {
      super("body cut off on request");
    }
  }
}
