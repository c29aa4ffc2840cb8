package io.convexpowersync.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this plugin, as the build wrote it. */
final class Version {
  private static final String VERSION = load();

  static String get() {
    return VERSION;
  }

  private static String load() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties of the plugin cannot be read", e);
    }
    return properties.getProperty("version");
  }

  private Version() {}
}
