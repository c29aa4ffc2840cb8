package io.convexpowersync.emulator;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it arrived.
 *
 * @param method HTTP method
 * @param path decoded path
 * @param query raw query string; null when there is none
 * @param headers by lower-case name
 * @param body raw body, empty when there is none
 */
public record EmulatorRequest(
    String method, String path, String query, Map<String, List<String>> headers, byte[] body) {
  /** First value of a header. */
  public Optional<String> header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  /** Without headers and body, which may hold the key. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
