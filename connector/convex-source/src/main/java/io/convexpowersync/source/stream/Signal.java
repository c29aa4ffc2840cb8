package io.convexpowersync.source.stream;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message of an operator that did not come with the data.
 *
 * @param command what to do, if it is for the stream
 * @param next where its channel goes on behind it. The offset remembers that together with the
 *     command, so that after a crash a signal is read again exactly if its command was lost
 */
public record Signal(Optional<SnapshotCommand> command, OptionalLong next) {
  /** A command of a channel that is not read again. */
  public static Signal of(SnapshotCommand command) {
    return new Signal(Optional.of(command), OptionalLong.empty());
  }
}
