package io.convexpowersync.client;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * How to reach a deployment. Its text never shows the key's secret.
 *
 * @param url address of the deployment
 * @param key key with the permission to view data
 * @param timeouts deadlines
 * @param format preferred encoding; a backend that does not know it is asked for {@code
 *     CONVEX_ENCODED_JSON}
 * @param clientVersion version of the software that uses the client, a semantic version; part of
 *     the {@code Convex-Client} header
 */
public record ConvexClientConfig(
    DeploymentUrl url,
    DeployKey key,
    ClientTimeouts timeouts,
    DocumentFormat format,
    String clientVersion) {
  private static final Pattern SEMANTIC_VERSION =
      Pattern.compile("\\d+\\.\\d+\\.\\d+(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?");

  public ConvexClientConfig {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(format, "format");
    // Convex answers 400 InvalidClientVersion to a header without a version.
    if (!SEMANTIC_VERSION.matcher(clientVersion).matches()) {
      throw new IllegalArgumentException("Not a semantic version: " + clientVersion);
    }
  }

  /**
   * With the default timeouts and format.
   *
   * @throws ConvexException of kind {@code CONFIGURATION} for the URL, {@code UNAUTHORIZED} for the
   *     key
   */
  public static ConvexClientConfig of(String url, String key, String clientVersion) {
    return new ConvexClientConfig(
        DeploymentUrl.parse(url),
        DeployKey.parse(key),
        ClientTimeouts.DEFAULT,
        DocumentFormat.EXPORT_JSON,
        clientVersion);
  }

  public ConvexClientConfig withTimeouts(ClientTimeouts changed) {
    return new ConvexClientConfig(url, key, changed, format, clientVersion);
  }

  public ConvexClientConfig withFormat(DocumentFormat changed) {
    return new ConvexClientConfig(url, key, timeouts, changed, clientVersion);
  }
}
