package io.convexpowersync.client;

import io.convexpowersync.client.ConvexException.Kind;
import okhttp3.HttpUrl;

/**
 * The address of a deployment: scheme, host and port, without a trailing slash.
 *
 * <p>Any host is taken, since deployments may have domains of their own. Messages never repeat the
 * text that was given: people paste keys into the wrong field.
 */
public final class DeploymentUrl {
  private static final String HTTP_ACTIONS = ".convex.site";
  private static final String API = ".convex.cloud";

  private final HttpUrl base;

  private DeploymentUrl(HttpUrl base) {
    this.base = base;
  }

  /**
   * Checks what a person configured.
   *
   * @throws ConvexException of kind {@code CONFIGURATION} that says what to write instead
   */
  public static DeploymentUrl parse(String text) {
    String trimmed = text == null ? "" : text.trim();
    HttpUrl url = HttpUrl.parse(trimmed);
    if (url == null) {
      throw invalid(
          "it must start with https:// or http:// and have a host,"
              + " such as https://happy-otter-123.convex.cloud or http://127.0.0.1:3210");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw invalid("it must not contain a user name or password");
    }
    if (url.query() != null || url.fragment() != null) {
      throw invalid("it must not contain a query or fragment (nothing after ? or #)");
    }
    if (url.pathSegments().stream().anyMatch(segment -> !segment.isEmpty())) {
      throw invalid("it must not contain a path; give only scheme, host and port");
    }
    if (url.host().endsWith(HTTP_ACTIONS)) {
      throw invalid(
          "%s serves HTTP actions, not this API; use %s://%s"
              .formatted(
                  url.host(),
                  url.scheme(),
                  url.host().substring(0, url.host().length() - HTTP_ACTIONS.length()) + API));
    }
    return new DeploymentUrl(url.newBuilder().encodedPath("/").build());
  }

  HttpUrl.Builder path(String path) {
    return base.newBuilder().encodedPath(path);
  }

  private static ConvexException invalid(String why) {
    return new ConvexException(
        Kind.CONFIGURATION, null, "The deployment URL is not valid: " + why + ".", null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeploymentUrl that && base.equals(that.base);
  }

  @Override
  public int hashCode() {
    return base.hashCode();
  }

  /** Scheme, host, and port unless it is the scheme's own. */
  @Override
  public String toString() {
    String text = base.toString();
    return text.substring(0, text.length() - 1);
  }
}
