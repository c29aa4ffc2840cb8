package io.convexpowersync.standalone;

import io.convexpowersync.client.ClientTimeouts;
import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.standalone.config.SourceSettings;

/** Tries URL and key of a deployment before anything is written. */
final class DeploymentCheck {
  private static final ClientTimeouts SHORT = new ClientTimeouts(5_000, 10_000, 10_000);

  /**
   * Asks the deployment for its name.
   *
   * @return the name
   * @throws io.convexpowersync.client.ConvexException when URL or key are wrong, or it does not
   *     answer
   */
  static String instanceName(SourceSettings source) {
    try (HttpConvexDeployment deployment = connect(source)) {
      return deployment.checkConnection();
    }
  }

  /**
   * Asks the deployment for its newest commit timestamp, in nanoseconds.
   *
   * @throws io.convexpowersync.client.ConvexException as {@link #instanceName}
   */
  static long head(SourceSettings source) {
    try (HttpConvexDeployment deployment = connect(source)) {
      return deployment.headTimestamp();
    }
  }

  private static HttpConvexDeployment connect(SourceSettings source) {
    return new HttpConvexDeployment(
        ConvexClientConfig.of(source.url(), source.key().reveal(), Version.get())
            .withTimeouts(SHORT));
  }

  private DeploymentCheck() {}
}
