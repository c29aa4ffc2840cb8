package io.convexpowersync.emulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Finds out who calls. The keys are made from the instance name: they protect nothing, they only
 * have the right shape.
 */
final class Authenticator {
  /** Who calls. */
  enum Identity {
    NOBODY,
    ADMIN,
    /** An admin whose key may only read. */
    READ_ONLY_ADMIN,
    /** An admin whose key lacks the permission to view data. */
    ADMIN_WITHOUT_DATA_VIEW,
    /** An admin acting as an end user. */
    ACTING_USER
  }

  private final String instanceName;
  private final String fullKey;
  private final String readOnlyKey;
  private final String blindKey;

  Authenticator(String instanceName) {
    this.instanceName = instanceName;
    this.fullKey = secret(instanceName + " full");
    this.readOnlyKey = secret(instanceName + " read-only");
    this.blindKey = secret(instanceName + " blind");
  }

  String adminKey() {
    return instanceName + "|" + fullKey;
  }

  String readOnlyKey() {
    return instanceName + "|" + readOnlyKey;
  }

  String keyWithoutDataView() {
    return instanceName + "|" + blindKey;
  }

  Identity identify(EmulatorRequest request) throws ApiException {
    Optional<String> header = request.header("Authorization");
    if (header.isEmpty()) {
      Optional<String> key = RequestParameters.ofQuery(request.query()).string("adminKey");
      return key.isEmpty() ? Identity.NOBODY : check(key.get());
    }
    String value = header.get();
    if (value.length() < 7) {
      throw ApiException.badRequest("InvalidHeaderFailure", "Invalid authentication header");
    }
    String scheme = value.substring(0, 7);
    if (scheme.equalsIgnoreCase("convex ")) {
      return identify(withoutPrefix(value.substring(7)));
    }
    if (scheme.equalsIgnoreCase("bearer ")) {
      throw new ApiException(401, "InvalidAuthHeader", "The token is not a valid user token");
    }
    throw ApiException.badRequest("InvalidAdminKey", "Invalid admin key");
  }

  private Identity identify(String key) throws ApiException {
    int colon = key.indexOf(':');
    if (colon < 0) {
      return check(key);
    }
    try {
      Base64.getDecoder().decode(key.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("HeaderParseFailure", "Malformed Authorization header");
    }
    check(key.substring(0, colon));
    return Identity.ACTING_USER;
  }

  private Identity check(String key) throws ApiException {
    int bar = key.indexOf('|');
    String secret = key.substring(bar + 1);
    if (bar < 0 || key.substring(0, bar).equals(instanceName)) {
      if (secret.equals(fullKey)) {
        return Identity.ADMIN;
      }
      if (secret.equals(readOnlyKey)) {
        return Identity.READ_ONLY_ADMIN;
      }
      if (secret.equals(blindKey)) {
        return Identity.ADMIN_WITHOUT_DATA_VIEW;
      }
    }
    throw new ApiException(
        401, "BadAdminKey", "The provided admin key was invalid for this instance");
  }

  /** Keys of the cloud start with a deployment type, and some with a project instead of a name. */
  private static String withoutPrefix(String key) {
    int bar = key.indexOf('|');
    int colon = key.indexOf(':');
    if (colon < 0 || bar < colon) {
      return key;
    }
    String type = key.substring(0, colon);
    boolean anyDeployment = type.equals("preview") || type.equals("project");
    return key.substring(anyDeployment ? bar + 1 : colon + 1);
  }

  private static String secret(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "01" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
