package io.convexpowersync.sink;

import io.convexpowersync.storage.StreamId;

/**
 * The stream that was written cannot go on, and another one is written from now on. What reads for
 * it must start again at {@link SinkCore#durablePlace}.
 */
public final class StreamChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StreamChangedException(StreamId stream, Throwable cause) {
    super("Replication stream " + stream + " is written from now on", cause);
  }
}
