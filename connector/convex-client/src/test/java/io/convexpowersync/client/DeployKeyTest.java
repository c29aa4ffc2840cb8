package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.client.ConvexException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class DeployKeyTest {
  @ParameterizedTest
  @CsvSource({
    "prod:happy-otter-123|eyJ2,happy-otter-123",
    "dev:happy-otter-123|eyJ2,happy-otter-123",
    "' convex-self-hosted|01ab ',convex-self-hosted",
    "anything:happy-otter-123|eyJ2,happy-otter-123"
  })
  void knowsTheDeploymentThatItIsFor(String text, String instance) {
    assertThat(DeployKey.parse(text).instanceName()).contains(instance);
  }

  @ParameterizedTest
  @ValueSource(strings = {"preview:team:project|eyJ2", "project:team:project|eyJ2"})
  void keysOfAProjectAreForNoOneDeployment(String text) {
    assertThat(DeployKey.parse(text).instanceName()).isEmpty();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        " ",
        "prod:happy-otter-123",
        "eyJ2",
        "|eyJ2",
        "prod:|eyJ2",
        "prod:happy-otter-123|",
        "prod:happy otter|eyJ2",
        "prod:happy-otter-123|ey\nJ2",
        "prod:happy-otter-123|eyJ\u00e4",
        "prod:happy-otter-123|eyJ2:user"
      })
  void refusesWhatIsNoKeyAsAProblemOfTheKey(String text) {
    assertThatThrownBy(() -> DeployKey.parse(text))
        .isInstanceOfSatisfying(
            ConvexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
        .hasMessageStartingWith("The deploy key is not valid: ")
        .hasMessageNotContaining("eyJ");
  }

  @Test
  void showsOnlyWhatIsNotSecret() {
    assertThat(DeployKey.parse(Pages.KEY)).hasToString("prod:happy-otter-123|***");
  }
}
