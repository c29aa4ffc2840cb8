package io.convexpowersync.sink;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries the database that a configuration names, and says which key is to blame when it does not
 * do. Never throws, and answers within {@link #LONGEST}: it runs inside the worker's REST API.
 */
final class StorageValidation {
  /** What is wrong, and with which key. */
  record Problem(String key, String message) {}

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration STATEMENT = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private StorageValidation() {}

  static Optional<Problem> check(PowerSyncSinkConfig config) {
    CompletableFuture<Optional<Problem>> answer = new CompletableFuture<>();
    Thread thread = new Thread(() -> answer.complete(tryStorage(config)), "validate-storage");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of(
          new Problem(
              SinkConfigDef.URL,
              "The database did not answer within " + LONGEST.toSeconds() + " s"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(new Problem(SinkConfigDef.URL, "Interrupted while it was tried"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("Never completed exceptionally", e);
    }
  }

  private static Optional<Problem> tryStorage(PowerSyncSinkConfig config) {
    StorageConfig quick =
        config.storage("convex-powersync validate").withTimeouts(CONNECT, STATEMENT);
    try (BucketStorage storage = BucketStorage.open(quick)) {
      if (config.createsSchema()) {
        storage.checkCreation();
      } else {
        storage.checkSchema();
      }
      return Optional.empty();
    } catch (StorageException e) {
      return Optional.of(new Problem(blamed(e), e.getMessage()));
    } catch (RuntimeException e) {
      return Optional.of(
          new Problem(SinkConfigDef.URL, "The database cannot be used: " + e.getMessage()));
    }
  }

  private static String blamed(StorageException failure) {
    if (isAboutTls(failure)) {
      return SinkConfigDef.SSL_MODE;
    }
    if (!(failure.getCause() instanceof SQLException sql) || sql.getSQLState() == null) {
      return SinkConfigDef.SCHEMA_MODE;
    }
    return switch (sql.getSQLState()) {
      case "28P01" -> SinkConfigDef.PASSWORD;
      case "28000", "42501" -> SinkConfigDef.USER;
      case "42P01", "3F000" -> SinkConfigDef.SCHEMA_MODE;
      default -> SinkConfigDef.URL;
    };
  }

  /** The driver has no SQL state of its own for it. */
  private static boolean isAboutTls(Throwable failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (cause instanceof javax.net.ssl.SSLException || message.contains("ssl")) {
        return true;
      }
    }
    return false;
  }
}
