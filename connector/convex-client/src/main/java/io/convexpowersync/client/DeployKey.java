package io.convexpowersync.client;

import io.convexpowersync.client.ConvexException.Kind;
import java.util.Optional;
import java.util.Set;

/**
 * The key of a deployment: {@code prod:<deployment>|<secret>}, {@code dev:<deployment>|<secret>},
 * or {@code <instance>|<secret>} of a self-hosted backend. No text that this class gives away,
 * except the value of the Authorization header, contains the secret.
 */
public final class DeployKey {
  private static final String HIDDEN = "***";

  /** Prefixes of keys that belong to a project and not to one deployment. */
  private static final Set<String> WITHOUT_INSTANCE = Set.of("preview", "project");

  private final String text;
  private final int bar;

  private DeployKey(String text, int bar) {
    this.text = text;
    this.bar = bar;
  }

  /**
   * Checks what a person configured.
   *
   * @throws ConvexException of kind {@code UNAUTHORIZED} that says what is wrong with the key,
   *     without repeating it
   */
  public static DeployKey parse(String text) {
    String key = text == null ? "" : text.trim();
    if (key.isEmpty()) {
      throw invalid("it is empty");
    }
    if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw invalid("it contains a blank, a line break or a character that is not ASCII");
    }
    int bar = key.indexOf('|');
    if (bar < 0) {
      throw invalid("it has no '|' (quote it in a shell)");
    }
    if (bar == 0 || key.charAt(bar - 1) == ':') {
      throw invalid("there is no deployment name before its '|'");
    }
    if (bar == key.length() - 1) {
      throw invalid("there is nothing behind its '|' (quote it in a shell)");
    }
    if (key.indexOf(':', bar) >= 0) {
      throw invalid("it acts as a user (a ':' behind the '|'); such a key cannot export");
    }
    return new DeployKey(key, bar);
  }

  /** The deployment that the key is for, unless it is a key of a project. */
  public Optional<String> instanceName() {
    String head = text.substring(0, bar);
    int colon = head.indexOf(':');
    if (colon >= 0 && WITHOUT_INSTANCE.contains(head.substring(0, colon))) {
      return Optional.empty();
    }
    return Optional.of(head.substring(head.lastIndexOf(':') + 1));
  }

  String authorization() {
    return "Convex " + text;
  }

  /** The same text without any occurrence of the secret. For what a server or a proxy says. */
  String redact(String message) {
    return message.replace(text.substring(bar + 1), HIDDEN);
  }

  private static ConvexException invalid(String why) {
    return new ConvexException(
        Kind.UNAUTHORIZED,
        null,
        "The deploy key is not valid: "
            + why
            + ". It looks like prod:<deployment>|<secret>, or <instance>|<secret> when self-hosted.",
        null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeployKey that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The key with its secret hidden. */
  @Override
  public String toString() {
    return text.substring(0, bar + 1) + HIDDEN;
  }
}
