package io.convexpowersync.standalone;

import io.convexpowersync.client.ConvexException;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.standalone.config.ConfigException;
import io.convexpowersync.standalone.postgres.ServerException;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.compiler.InvalidSyncConfigException;
import java.util.List;

/** Turns exceptions into one line and an exit code. */
final class Failures {
  /** Exceptions whose message is written for users: it says what failed and what to do. */
  private static final List<Class<? extends Exception>> WRITTEN_FOR_USERS =
      List.of(
          CommandFailure.class,
          ConfigException.class,
          InvalidSyncConfigException.class,
          ServerException.class,
          StorageException.class,
          ConvexException.class,
          LogRefusedException.class,
          InvalidPlanException.class);

  /** One line for the user; several only for a sync config that is wrong. */
  static String describe(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof InvalidSyncConfigException) {
        return t.getMessage();
      }
      if (isWrittenForUsers(t)) {
        return oneLine(t.getMessage());
      }
    }
    return "internal error: "
        + oneLine(failure.toString())
        + " (--debug shows where; please report it)";
  }

  static int exitCode(Throwable failure) {
    if (failure instanceof CommandFailure command) {
      return command.exitCode();
    }
    return isWrittenForUsers(failure) ? ExitCode.REFUSED : ExitCode.FAILED;
  }

  static String oneLine(String message) {
    return message == null ? "" : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static boolean isWrittenForUsers(Throwable t) {
    return WRITTEN_FOR_USERS.stream().anyMatch(type -> type.isInstance(t));
  }

  private Failures() {}
}
