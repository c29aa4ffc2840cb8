package io.convexpowersync.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Stream;

/** Requests to the services, by their public interfaces. */
final class Http {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Posts and returns the body of a successful answer. */
  static String post(String url, String authorization, String contentType, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        CLIENT.send(request(url, authorization, contentType, body), BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s: %s", url, response.body()).isBetween(200, 299);
    return response.body();
  }

  /** Posts and returns the lines of the answer as they come, whatever its status is. */
  static Stream<String> stream(String url, String authorization, String body)
      throws IOException, InterruptedException {
    return CLIENT
        .send(request(url, authorization, "application/json", body), BodyHandlers.ofLines())
        .body();
  }

  private static HttpRequest request(
      String url, String authorization, String contentType, String body) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofMinutes(2))
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body));
    return authorization.isEmpty()
        ? builder.build()
        : builder.header("Authorization", authorization).build();
  }

  private Http() {}
}
