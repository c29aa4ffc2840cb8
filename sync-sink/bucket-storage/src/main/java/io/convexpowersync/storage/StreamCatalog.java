package io.convexpowersync.storage;

import java.util.List;
import java.util.Optional;

/** The deployed sync configs: rows of {@code sync_rules}. Thread-safe. */
public final class StreamCatalog {
  StreamCatalog() {}

  /** All rows, oldest first, TERMINATED ones included. */
  public List<ReplicationStream> list() {
    throw new UnsupportedOperationException();
  }

  public Optional<ReplicationStream> find(StreamId stream) {
    throw new UnsupportedOperationException();
  }

  /** The stream that the service serves to clients: ACTIVE or ERRORED. */
  public Optional<ReplicationStream> active() {
    throw new UnsupportedOperationException();
  }

  /** The stream that is being built. */
  public Optional<ReplicationStream> processing() {
    throw new UnsupportedOperationException();
  }

  /** Streams in state STOP, whose data waits for {@link #clear}. */
  public List<ReplicationStream> stopped() {
    throw new UnsupportedOperationException();
  }

  /**
   * Deploys a sync config as the service's deploy endpoint does, in one transaction: a stream in
   * state PROCESSING is stopped, the new one is PROCESSING.
   *
   * @param content the YAML
   * @param syncPlan the compiled plan, JSON text
   */
  public StreamId deploy(String content, String syncPlan) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes the data of a stream in state STOP, in batches, and makes it TERMINATED. May be
   * repeated after a failure.
   *
   * @return false when another runner holds the stream's lease, so that it must be tried again
   *     later
   */
  public boolean clear(StreamId stream, String owner) {
    throw new UnsupportedOperationException();
  }

  /** A stream's stored place, see {@link StreamWriter#place}. */
  public Optional<String> place(StreamId stream) {
    throw new UnsupportedOperationException();
  }

  /**
   * Replaces a stream's stored place while nothing writes it.
   *
   * @param place empty to forget it
   */
  public void replacePlace(StreamId stream, Optional<String> place) {
    throw new UnsupportedOperationException();
  }
}
