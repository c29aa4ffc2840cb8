package io.convexpowersync.emulator;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the header {@code Convex-Client} says: {@code <name>-<semver>}. */
record ClientVersion(String name, int major, int minor, int patch) {
  private static final Pattern SEMVER =
      Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})([-+].*)?");
  private static final Set<String> CONVEX_CLIENTS =
      Set.of("npm", "npm-cli", "actions", "python", "rust");
  private static final Comparator<ClientVersion> BY_VERSION =
      Comparator.comparingInt(ClientVersion::major)
          .thenComparingInt(ClientVersion::minor)
          .thenComparingInt(ClientVersion::patch);

  /** The longest suffix that is a version; empty when there is none after a dash. */
  static Optional<ClientVersion> parse(String header) {
    for (int dash = header.indexOf('-'); dash >= 0; dash = header.indexOf('-', dash + 1)) {
      Optional<ClientVersion> version =
          parseVersion(header.substring(0, dash), header.substring(dash + 1));
      if (version.isPresent()) {
        return version;
      }
    }
    return Optional.empty();
  }

  static Optional<ClientVersion> parseVersion(String name, String version) {
    Matcher matcher = SEMVER.matcher(version);
    return matcher.matches()
        ? Optional.of(
            new ClientVersion(
                name,
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  /** Checks the header of a request; only Convex's own clients have a minimum version. */
  static void check(EmulatorRequest request, Optional<ClientVersion> minimum) throws ApiException {
    Optional<String> header = request.header("Convex-Client");
    if (header.isEmpty()) {
      return;
    }
    Optional<ClientVersion> client = parse(header.get());
    if (client.isEmpty()) {
      throw ApiException.badRequest(
          "InvalidClientVersion", "Convex-Client must be <name>-<version>, not " + header.get());
    }
    if (minimum.isPresent()
        && CONVEX_CLIENTS.contains(client.get().name)
        && BY_VERSION.compare(client.get(), minimum.get()) < 0) {
      throw ApiException.badRequest(
          "ClientVersionUnsupported", header.get() + " is too old for this deployment");
    }
  }
}
