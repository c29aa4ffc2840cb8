package io.convexpowersync.system.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The ZIPs that the build made, as users download them. */
public final class Archives {
  private static final Path DIRECTORY = Path.of("../plugin-archives");

  public static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(DIRECTORY, 3)) {
      String end = "-" + System.getProperty("project.version") + ".zip";
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  /** Names of the files in an archive. */
  static List<String> entries(Path archive) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      return zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  public static void unpack(Path archive, Path directory) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      zip.stream()
          .filter(entry -> !entry.isDirectory())
          .forEach(entry -> unpack(zip, entry, directory));
    }
  }

  private static void unpack(ZipFile zip, ZipEntry entry, Path directory) {
    Path target = directory.resolve(entry.getName());
    try (InputStream in = zip.getInputStream(entry)) {
      Files.createDirectories(target.getParent());
      Files.copy(in, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Archives() {}
}
