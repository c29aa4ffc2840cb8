package io.convexpowersync.source.pages;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.DocumentReader;
import io.convexpowersync.client.Selection;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableRef;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.MDC;

/**
 * Makes all requests of a task, in a thread of its own, so that the task never waits for the
 * network longer than it wants to. A page is read while it arrives, and the next one is asked for
 * before the task has taken it; {@link AnswerBuffer} bounds what is held.
 *
 * <p>The thread starts with the first job, in the logging context of its caller. {@link #close} may
 * be called from any thread, everything else from one.
 */
final class Fetcher implements AutoCloseable {
  /** Rows are handed over together: a wake-up of a thread costs more than a row. */
  private static final long CHUNK_BYTES = 256 * 1024;

  /** What a row costs beside its document; a rough figure. */
  private static final long ROW_BYTES = 200;

  private final ConvexDeployment deployment;
  private final String name;
  private final long chunkBytes;
  private final AnswerBuffer buffer;
  private Thread thread;

  /**
   * A fetcher that does nothing yet.
   *
   * @param deployment whom to ask
   * @param name of the thread
   * @param maxBytes of documents to hold
   */
  Fetcher(ConvexDeployment deployment, String name, long maxBytes) {
    this.deployment = deployment;
    this.name = name;
    this.chunkBytes = Math.min(CHUNK_BYTES, maxBytes);
    this.buffer = new AnswerBuffer(maxBytes);
  }

  /** Starts a job, and gives up the one before. */
  void ask(Job job) {
    if (thread == null) {
      Map<String, String> context = MDC.getCopyOfContextMap();
      thread = new Thread(() -> run(context), name);
      thread.setDaemon(true);
      thread.start();
    }
    cancel();
    buffer.ask(job);
  }

  /** Gives up the job. What is being transferred for it is aborted. */
  void cancel() {
    if (buffer.isBusy()) {
      buffer.forget();
      deployment.abort();
    }
  }

  /** Whether more answers of the job come, or wait to be taken. */
  boolean isBusy() {
    return buffer.isBusy();
  }

  /** The next answer; null when there is none within the time (ms), or none will come. */
  Answer take(long maxWaitMs) throws InterruptedException {
    return buffer.take(maxWaitMs);
  }

  /** Ends the thread, which does not outlive its call by much. */
  @Override
  public void close() {
    buffer.close();
    deployment.close();
  }

  private void run(Map<String, String> context) {
    if (context != null) {
      MDC.setContextMap(context);
    }
    try {
      for (var next = buffer.awaitJob(); next != null; next = buffer.awaitJob()) {
        carryOut(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void carryOut(AnswerBuffer.Numbered next) throws InterruptedException {
    try {
      if (next.job() instanceof Job.Pages pages) {
        pages(next.number(), pages.first());
      } else {
        buffer.put(next.number(), small(next.job()));
      }
    } catch (RuntimeException e) {
      // The asking side throws it; a job that was replaced has aborted its call itself.
      buffer.put(next.number(), new Answer.Failed(e));
    } catch (Error e) {
      String what = "The thread %s broke down: %s".formatted(name, e);
      buffer.put(next.number(), new Answer.Failed(new IllegalStateException(what, e)));
    }
    buffer.done(next.number());
  }

  private Answer small(Job job) {
    if (job instanceof Job.Name) {
      return new Answer.Name(deployment.instanceName());
    } else if (job instanceof Job.Head) {
      return new Answer.Head(deployment.headTimestamp());
    } else if (job instanceof Job.Tables) {
      return new Answer.Tables(tables());
    }
    // The head first: a table that is created in between is then empty at the head, and not lost.
    long head = deployment.headTimestamp();
    return new Answer.Discovered(head, tables());
  }

  private List<TableId> tables() {
    return deployment.tables().stream()
        .map(columns -> new TableId(columns.table().component(), columns.table().table()))
        .toList();
  }

  private void pages(long job, Request first) throws InterruptedException {
    Optional<Request> next = Optional.of(first);
    while (next.isPresent() && buffer.awaitTurn(job)) {
      next = page(job, next.get());
    }
  }

  private Optional<Request> page(long job, Request request) throws InterruptedException {
    if (request instanceof Request.SnapshotPage page) {
      try (DocumentReader<SnapshotPageEnd> reader =
          deployment.listSnapshot(page.pin(), page.page(), selection(page.tables()))) {
        return transfer(job, reader, Answer.SnapshotEnd::new).flatMap(page::next);
      }
    }
    Request.DeltaPage page = (Request.DeltaPage) request;
    try (DocumentReader<DeltaPageEnd> reader =
        deployment.documentDeltas(page.cursor(), Selection.EVERYTHING)) {
      return transfer(job, reader, Answer.DeltaEnd::new).flatMap(page::next);
    }
  }

  /** Hands a page over; empty when nobody wants it any more. */
  private <E> Optional<E> transfer(long job, DocumentReader<E> reader, Function<E, Answer> closing)
      throws InterruptedException {
    List<ConvexDocument> rows = new ArrayList<>();
    long bytes = 0;
    for (ConvexDocument row = reader.next(); row != null; row = reader.next()) {
      rows.add(row);
      bytes += ROW_BYTES + (row.deleted() ? 0 : row.json().length());
      if (bytes >= chunkBytes) {
        if (!buffer.put(job, new Answer.Rows(rows, bytes))) {
          return Optional.empty();
        }
        rows = new ArrayList<>();
        bytes = 0;
      }
    }
    boolean wanted = rows.isEmpty() || buffer.put(job, new Answer.Rows(rows, bytes));
    E end = reader.end();
    return wanted && buffer.put(job, closing.apply(end)) ? Optional.of(end) : Optional.empty();
  }

  private static Selection selection(List<TableId> tables) {
    return new Selection(
        tables.stream().map(table -> new TableRef(table.component(), table.table())).toList());
  }
}
