package io.convexpowersync.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request of the API.
 *
 * @param what what it does, for messages
 * @param path path below the deployment's address
 * @param query parameters of the query string
 * @param json body of a POST, null for a GET
 * @param mode its deadline and how it may be sent
 */
record ApiCall(String what, String path, Map<String, String> query, byte[] json, Mode mode) {
  /** How a call is sent. */
  enum Mode {
    /** Small, with the key. */
    SMALL,
    /** Small, without the key: for what anybody may ask, also of a host nobody has checked. */
    ANONYMOUS,
    /** Small, with the key, never sent twice. */
    ONCE,
    /** Of unknown length, with the key. */
    LONG
  }

  static ApiCall get(String what, String path, Mode mode) {
    return new ApiCall(what, path, Map.of(), null, mode);
  }

  static ApiCall post(String what, String path, String json, Mode mode) {
    return new ApiCall(what, path, Map.of(), json.getBytes(StandardCharsets.UTF_8), mode);
  }
}
