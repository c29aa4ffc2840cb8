package io.convexpowersync.emulator;

import java.io.IOException;

/**
 * An answer.
 *
 * @param contentType null when there is no body
 */
record Response(int status, String contentType, Body body) {
  /** Writes the body; may call {@link ResponseSink#mayFlush} between parts of a large one. */
  interface Body {
    void writeTo(ResponseSink sink) throws IOException;
  }

  static Response json(Body body) {
    return new Response(200, "application/json", body);
  }

  static Response json(String text) {
    return json(sink -> sink.buffer().ascii(text));
  }

  static Response text(String text) {
    return new Response(200, "text/plain; charset=utf-8", sink -> sink.buffer().ascii(text));
  }

  static Response empty(int status) {
    return new Response(status, null, sink -> {});
  }

  static Response error(ApiException error) {
    return new Response(
        error.status,
        "application/json",
        sink ->
            sink.buffer()
                .ascii("{\"code\":")
                .string(error.code)
                .ascii(",\"message\":")
                .string(error.getMessage())
                .append('}'));
  }
}
