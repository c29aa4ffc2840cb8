package io.convexpowersync.client;

import java.util.List;
import java.util.Optional;

/**
 * What the connector needs of a Convex deployment. One implementation speaks the streaming export
 * API over HTTP; Convex's Data Sync API can be another one.
 *
 * <p>Every call has a deadline and throws {@link ConvexException}, whose kind says whether a retry
 * makes sense. No message ever contains the key. Calls may be made from one thread at a time;
 * {@link #abort} and {@link #close} may be called from any thread.
 */
public interface ConvexDeployment extends AutoCloseable {
  /** The deployment's own name. */
  String instanceName();

  /** The newest commit timestamp (ns). Cheap. */
  long headTimestamp();

  /** All tables that the deployment has now, with their column names. */
  List<TableColumns> tables();

  /**
   * Reads one page of the tables' content at a pinned timestamp.
   *
   * @param snapshot the pinned timestamp (ns)
   * @param cursor where to start, as the previous page's end said; empty for the first page
   * @param selection what to read; the same for all pages of a walk
   */
  DocumentReader<SnapshotPageEnd> listSnapshot(
      long snapshot, Optional<String> cursor, Selection selection);

  /**
   * Reads one page of the log.
   *
   * @param cursor exclusive lower bound (ns)
   * @param selection what to read
   */
  DocumentReader<DeltaPageEnd> documentDeltas(long cursor, Selection selection);

  /**
   * Aborts what is in flight, which then fails with {@link ConvexException.Kind#CLOSED}. Later
   * calls are not affected.
   */
  void abort();

  /** Aborts what is in flight; later calls fail. */
  @Override
  void close();
}
