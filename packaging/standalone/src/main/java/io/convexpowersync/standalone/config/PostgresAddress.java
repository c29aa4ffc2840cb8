package io.convexpowersync.standalone.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/**
 * How to reach a PostgreSQL database.
 *
 * @param jdbcUrl without user and password
 * @param user may be absent: then the driver's default
 * @param password may be absent
 */
public record PostgresAddress(String jdbcUrl, Optional<String> user, Optional<Secret> password) {
  private static final String JDBC = "jdbc:";
  private static final Set<String> SCHEMES = Set.of("postgresql", "postgres");

  /** What {@link #parse} takes, for messages. */
  public static final String FORM =
      "postgresql://user:password@host:5432/database (special characters in the password"
          + " percent-encoded)";

  /**
   * Reads {@code postgresql://user:password@host:port/database?option=value}, with or without
   * {@code jdbc:} in front. User and password may be left out.
   *
   * @return empty when it is neither. Do not repeat the text in a message: it may hold a password
   */
  public static Optional<PostgresAddress> parse(String text) {
    URI uri;
    try {
      uri = new URI(text.startsWith(JDBC) ? text.substring(JDBC.length()) : text);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
    String database = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    if (!SCHEMES.contains(String.valueOf(uri.getScheme()))
        || uri.getHost() == null
        || database.isEmpty()) {
      return Optional.empty();
    }
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String jdbcUrl = "jdbc:postgresql://" + uri.getHost() + port + "/" + database + query;
    String[] userInfo = uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
    return Optional.of(
        new PostgresAddress(
            jdbcUrl,
            userInfo.length > 0 ? Optional.of(userInfo[0]) : Optional.empty(),
            userInfo.length > 1 ? Optional.of(new Secret(userInfo[1])) : Optional.empty()));
  }

  /** The same database with another user or password where they are given. */
  public PostgresAddress withCredentials(
      Optional<String> otherUser, Optional<Secret> otherPassword) {
    return new PostgresAddress(jdbcUrl, otherUser.or(() -> user), otherPassword.or(() -> password));
  }
}
