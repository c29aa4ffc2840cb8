package io.convexpowersync.emulator;

import java.io.IOException;
import java.time.Duration;

/**
 * An answer.
 *
 * @param contentType null when there is no body
 * @param work how long the server has to work for it
 */
record Response(int status, String contentType, Body body, Duration work) {
  /** Writes the body; may call {@link ResponseSink#mayFlush} between parts of a large one. */
  interface Body {
    void writeTo(ResponseSink sink) throws IOException;
  }

  static Response json(Body body) {
    return json(200, body);
  }

  static Response json(String text) {
    return json(sink -> sink.buffer().ascii(text));
  }

  static Response json(int status, Body body) {
    return new Response(status, "application/json", body, Duration.ZERO);
  }

  static Response text(String text) {
    return new Response(
        200, "text/plain; charset=utf-8", sink -> sink.buffer().ascii(text), Duration.ZERO);
  }

  static Response empty(int status) {
    return new Response(status, null, sink -> {}, Duration.ZERO);
  }

  static Response error(ApiException error) {
    return json(
        error.status,
        sink ->
            sink.buffer()
                .ascii("{\"code\":")
                .string(error.code)
                .ascii(",\"message\":")
                .string(error.getMessage())
                .append('}'));
  }

  /** The same answer after so much work. */
  Response after(Duration time) {
    return new Response(status, contentType, body, time);
  }
}
