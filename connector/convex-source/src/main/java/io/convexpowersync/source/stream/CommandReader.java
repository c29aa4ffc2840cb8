package io.convexpowersync.source.stream;

import io.convexpowersync.events.Change;
import java.util.Optional;

/**
 * Finds commands in the data. A command takes effect with the commit that holds it: an offset
 * behind that commit knows of it, so it is neither lost nor carried out again after a crash.
 */
@FunctionalInterface
public interface CommandReader {
  /** Data never holds a command. */
  CommandReader NONE = change -> Optional.empty();

  /** The command that a change holds, if it holds one. */
  Optional<SnapshotCommand> read(Change change);
}
