package io.convexpowersync.sink;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote beside this class. */
final class SinkVersion {
  private static final String VERSION = load();

  static String get() {
    return VERSION;
  }

  private static String load() {
    try (InputStream in = SinkVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SinkVersion() {}
}
