package io.convexpowersync.standalone.postgres;

import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The files around a server's data: readable by the owner only. */
final class ServerDirectory {
  private static final int PASSWORD_BYTES = 24;

  private final Path directory;

  ServerDirectory(Path directory) {
    this.directory = directory;
  }

  static Path temporary() {
    try {
      return Files.createTempDirectory("convex-powersync-");
    } catch (IOException e) {
      throw new ServerException("Cannot make a temporary directory: " + e.getMessage(), e);
    }
  }

  Path path() {
    return directory;
  }

  Path pgpass() {
    return directory.resolve("pgpass");
  }

  void prepare() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new ServerException("Cannot make the directory " + directory + ": " + e, e);
    }
  }

  /** The password of the database, made when the directory is new. */
  Secret password() {
    Path file = directory.resolve("password");
    try {
      if (!Files.exists(file)) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        writePrivately(file, Base64.getUrlEncoder().encodeToString(bytes) + "\n");
      }
      return new Secret(Files.readString(file).strip());
    } catch (IOException e) {
      throw new ServerException("Cannot make or read " + file + ": " + e, e);
    }
  }

  /** Writes a file that psql takes as {@code PGPASSFILE}. */
  void writePgpass(int port, Secret password) {
    String line = "127.0.0.1:" + port + ":*:" + PostgresServer.USER + ":" + password.reveal();
    try {
      writePrivately(pgpass(), line + "\n");
    } catch (IOException e) {
      throw new ServerException("Cannot write " + pgpass() + ": " + e, e);
    }
  }

  /** What the running server's {@link #writePgpass} says. */
  Optional<PostgresAddress> addressInPgpass() {
    try {
      if (!Files.exists(pgpass())) {
        return Optional.empty();
      }
      String[] fields = Files.readString(pgpass()).strip().split(":", 5);
      return Optional.of(
          PostgresServer.address(Integer.parseInt(fields[1]), new Secret(fields[4])));
    } catch (IOException e) {
      throw new ServerException("Cannot read " + pgpass(), e);
    }
  }

  /** The line of the server's or {@code initdb}'s output that says why it did not start. */
  String whyItDidNotStart() {
    String reason = "no reason was given";
    for (String name : List.of("start.log", "postgres.log")) {
      reason = lastComplaint(directory.resolve(name), reason);
    }
    return reason;
  }

  void delete() {
    try {
      Directories.delete(directory);
    } catch (IOException e) {
      throw new ServerException("Cannot delete " + directory + ": " + e, e);
    }
  }

  private static String lastComplaint(Path file, String otherwise) {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream()
              .filter(line -> line.matches(".*(error|FATAL|could not).*"))
              .reduce((first, second) -> second)
              .map(line -> line.replaceFirst("^.*?(FATAL|LOG|error|initdb): +", ""))
              .orElse(otherwise)
          : otherwise;
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** Readable by the owner only, and at no time half written. */
  private static void writePrivately(Path file, String text) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, text, StandardOpenOption.WRITE);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
