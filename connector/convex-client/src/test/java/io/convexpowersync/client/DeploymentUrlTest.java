package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.client.ConvexException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentUrlTest {
  @ParameterizedTest
  @CsvSource({
    "https://happy-otter-123.convex.cloud,https://happy-otter-123.convex.cloud",
    "https://happy-otter-123.eu-west-1.convex.cloud/,https://happy-otter-123.eu-west-1.convex.cloud",
    "'  http://127.0.0.1:3210// ',http://127.0.0.1:3210",
    "https://data.example.com:443,https://data.example.com",
    "http://convex_backend:3210,http://convex_backend:3210",
    "HTTP://[::1]:3210,http://[::1]:3210"
  })
  void acceptsAnyHostAndDropsTheTrailingSlash(String text, String address) {
    assertThat(DeploymentUrl.parse(text)).hasToString(address);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "happy-otter-123.convex.cloud",
        "127.0.0.1:3210",
        "ftp://happy-otter-123.convex.cloud",
        "https://",
        "https://a.convex.cloud/api",
        "https://a.convex.cloud/?x=1",
        "https://a.convex.cloud/?",
        "https://a.convex.cloud/#x",
        "https://me@a.convex.cloud",
        "https://me:secret@a.convex.cloud",
        "https://a.convex.site"
      })
  void refusesWhatIsNotTheAddressOfADeployment(String text) {
    assertThatThrownBy(() -> DeploymentUrl.parse(text))
        .isInstanceOfSatisfying(
            ConvexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessageStartingWith("The deployment URL is not valid: ");
  }

  @Test
  void namesTheRightHostForTheOneOfHttpActions() {
    assertThatThrownBy(() -> DeploymentUrl.parse("https://happy-otter-123.eu-west-1.convex.site"))
        .hasMessageContaining("use https://happy-otter-123.eu-west-1.convex.cloud.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Pages.KEY,
        "https://a.convex.cloud/?adminKey=" + Pages.SECRET,
        "https://x:" + Pages.SECRET + "@a.convex.cloud",
        "https://a.convex.cloud/" + Pages.SECRET
      })
  void doesNotRepeatAKeyPastedIntoIt(String text) {
    assertThatThrownBy(() -> DeploymentUrl.parse(text))
        .hasMessageNotContaining(Pages.SECRET)
        .hasNoCause();
  }

  @Test
  void equalAddressesAreEqual() {
    assertThat(DeploymentUrl.parse("http://a:1/"))
        .isEqualTo(DeploymentUrl.parse("HTTP://A:1"))
        .hasSameHashCodeAs(DeploymentUrl.parse("HTTP://A:1"))
        .isNotEqualTo(DeploymentUrl.parse("http://a:2"));
  }
}
