package io.convexpowersync.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files of a ZIP or of a folder, by path with {@code /} between the parts. */
interface DataFiles extends AutoCloseable {
  /** All paths, sorted. */
  List<String> paths() throws IOException;

  InputStream open(String path) throws IOException;

  @Override
  void close() throws IOException;

  static DataFiles of(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return new Folder(path);
    }
    if (!Files.exists(path)) {
      throw new IOException("No such file or folder: " + path);
    }
    try {
      return new Zip(new ZipFile(path.toFile()));
    } catch (IOException e) {
      throw new IOException(path + " is neither a folder nor a readable ZIP", e);
    }
  }

  /** A folder. */
  record Folder(Path root) implements DataFiles {
    @Override
    public List<String> paths() throws IOException {
      try (Stream<Path> files = Files.walk(root)) {
        return files.filter(Files::isRegularFile).map(this::relative).sorted().toList();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    @Override
    public InputStream open(String path) throws IOException {
      return Files.newInputStream(root.resolve(path));
    }

    @Override
    public void close() {}

    private String relative(Path file) {
      return root.relativize(file).toString().replace('\\', '/');
    }
  }

  /** A ZIP. */
  record Zip(ZipFile zip) implements DataFiles {
    @Override
    public List<String> paths() {
      return zip.stream()
          .filter(entry -> !entry.isDirectory())
          .map(ZipEntry::getName)
          .sorted()
          .toList();
    }

    @Override
    public InputStream open(String path) throws IOException {
      return zip.getInputStream(zip.getEntry(path));
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }
}
