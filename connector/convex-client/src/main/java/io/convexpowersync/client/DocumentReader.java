package io.convexpowersync.client;

/**
 * The rows of one page, parsed while they arrive, so that a page of any size needs the memory of
 * one document. Not thread-safe, except {@link #close}, which may be called from any thread and
 * aborts the transfer.
 *
 * @param <E> what stands behind the rows of a page
 */
public interface DocumentReader<E> extends AutoCloseable {
  /**
   * The next row, or null behind the last one.
   *
   * @throws ConvexException when the transfer breaks or the answer is not what the API promises
   */
  ConvexDocument next();

  /**
   * What stands behind the rows.
   *
   * @throws IllegalStateException before {@link #next} has returned null
   */
  E end();

  @Override
  void close();
}
