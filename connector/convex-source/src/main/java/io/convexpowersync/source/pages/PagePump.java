package io.convexpowersync.source.pages;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.ConvexException;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.ChangeStream;
import io.convexpowersync.source.stream.Request;
import io.convexpowersync.source.stream.StreamClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has carried out what a stream asks for, and feeds the stream with the answers.
 *
 * <p>When the log was read to its end and the position has not moved since, the head alone is asked
 * for ({@code query_ts}, which costs the deployment next to nothing, while every page of the log
 * reads its storage and is metered). A page is asked for when the head has moved; after one that
 * moved the position, the next one at once, because on a busy deployment the question would only
 * double the requests; and from time to time in any case, since a head may come from a cache.
 *
 * <p>{@link #close} may be called from any thread, everything else from one.
 */
public final class PagePump implements AutoCloseable {
  /** The longest time between two pages of the log (ms). */
  private static final long LONGEST_TRUST_MS = 30_000;

  /** How long a batch waits for more of what is on its way (ms). */
  private static final long LINGER_MS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(PagePump.class);

  private final ChangeStream stream;
  private final Fetcher fetcher;
  private final PollSchedule schedule;
  private final StreamClock clock;
  private final long maxBytes;
  private final Deque<ConvexDocument> rows = new ArrayDeque<>();

  private Optional<String> instanceName = Optional.empty();
  private Request page;
  private boolean pageHasRows;
  private boolean still;
  private long lastPage;

  /**
   * What a pump has to keep to.
   *
   * @param name of the connector, for the name of its thread
   * @param pollIntervalMs time between two requests to an idle deployment
   * @param maxBytes of documents to hold before the stream has them, and in the stream
   */
  public record Limits(String name, long pollIntervalMs, long maxBytes) {}

  /** A pump that has asked nothing yet. */
  public PagePump(
      ConvexDeployment deployment, ChangeStream stream, Limits limits, StreamClock clock) {
    this.stream = stream;
    this.fetcher = new Fetcher(deployment, "convex-" + limits.name() + "-fetch", limits.maxBytes());
    this.schedule = new PollSchedule(limits.pollIntervalMs(), clock);
    this.clock = clock;
    this.maxBytes = limits.maxBytes();
  }

  /** The deployment's name; known before the stream gets its first answer. */
  public Optional<String> instanceName() {
    return instanceName;
  }

  /** Time until there is something to ask or to take (ms). */
  public long waitMs() {
    return isBusy() || stream.request() instanceof Request.Tables ? 0 : schedule.waitMs();
  }

  /** Whether an answer is awaited. */
  public boolean isBusy() {
    return fetcher.isBusy() || !rows.isEmpty();
  }

  /**
   * Feeds the stream with what there is, or with the next answer, up to a full batch. A page of a
   * snapshot is a batch of its own, because a batch that is not stored is what a kill costs.
   *
   * @param maxWaitMs how long to wait for an answer (ms)
   * @return whether there was one, or nothing to ask
   * @throws ConvexException when the deployment does not answer as it should
   */
  public boolean step(long maxWaitMs) throws InterruptedException {
    dropUnwanted();
    boolean any = feed();
    if (!isBusy()) {
      any |= !ask();
    }
    // Without the name nothing can be written, so what is ready already must not stop it.
    while ((instanceName.isEmpty() || stream.readyBytes() < maxBytes) && fetcher.isBusy()) {
      Answer answer = fetcher.take(any ? LINGER_MS : maxWaitMs);
      if (answer == null) {
        break;
      }
      take(answer);
      any = true;
      if (answer instanceof Answer.SnapshotEnd) {
        break;
      }
    }
    return any;
  }

  /** A signal may have changed what the stream wants while a page was on its way. */
  private void dropUnwanted() {
    if (page != null && !isWanted(page)) {
      fetcher.cancel();
      rows.clear();
      page = null;
      schedule.hurry();
    }
  }

  /** In a page of the log the position moves with every commit; a listing of tables can wait. */
  private boolean isWanted(Request asked) {
    Request wanted = stream.request();
    return asked instanceof Request.DeltaPage
        ? wanted instanceof Request.DeltaPage || wanted instanceof Request.Tables
        : wanted.equals(asked);
  }

  /** Lets go of the open page, which will be requested again. */
  public void abandon() {
    fetcher.cancel();
    rows.clear();
    page = null;
    stream.interrupted();
  }

  /** Whether there was anything to ask. */
  private boolean ask() {
    page = null;
    if (instanceName.isEmpty()) {
      fetcher.ask(new Job.Name());
      return true;
    }
    Request request = stream.request();
    if (request instanceof Request.Discovery) {
      fetcher.ask(new Job.Discovery());
    } else if (request instanceof Request.Tables) {
      fetcher.ask(new Job.Tables());
    } else if (request instanceof Request.DeltaPage && mayTrustHead()) {
      fetcher.ask(new Job.Head());
    } else if (request instanceof Request.Nothing) {
      schedule.caughtUp(false);
      return false;
    } else {
      open(request);
      fetcher.ask(new Job.Pages(request));
    }
    return true;
  }

  private boolean mayTrustHead() {
    return still && clock.elapsedMs() - lastPage < LONGEST_TRUST_MS;
  }

  private void open(Request next) {
    page = next;
    pageHasRows = false;
  }

  private void take(Answer answer) {
    if (answer instanceof Answer.Rows part) {
      rows.addAll(part.rows());
      feed();
    } else if (answer instanceof Answer.SnapshotEnd closed) {
      Optional<Request> next = ((Request.SnapshotPage) page).next(closed.end());
      stream.snapshotPageEnded(closed.end());
      goOn(next);
    } else if (answer instanceof Answer.DeltaEnd closed) {
      takeEnd(closed.end());
    } else if (answer instanceof Answer.Head head) {
      takeHead(head.ts());
    } else if (answer instanceof Answer.Discovered discovered) {
      stream.discovered(discovered.head(), discovered.tables());
      schedule.hurry();
    } else if (answer instanceof Answer.Tables listed) {
      takeTables(listed.tables());
    } else if (answer instanceof Answer.Name known) {
      instanceName = Optional.of(known.name());
    } else if (answer instanceof Answer.Failed failed) {
      takeFailure(failed.failure());
    }
  }

  private void takeFailure(RuntimeException failure) {
    boolean onlyListing = stream.request() instanceof Request.Tables && page == null;
    if (!onlyListing || !(failure instanceof ConvexException e) || !isOfListing(e)) {
      throw failure;
    }
    LOG.warn("{} Dropped tables are looked for later; the log goes on", failure.getMessage());
    stream.notListed();
  }

  /** Not being able to list is no reason to stop; a key that is not valid is. */
  private static boolean isOfListing(ConvexException failure) {
    return switch (failure.kind()) {
      case UNAUTHORIZED, CLOSED -> false;
      default -> true;
    };
  }

  /** Gives the stream rows until a batch is full. */
  private boolean feed() {
    boolean any = !rows.isEmpty();
    while (!rows.isEmpty() && stream.readyBytes() < maxBytes) {
      if (page instanceof Request.SnapshotPage) {
        stream.snapshotRow(rows.remove());
      } else {
        pageHasRows = true;
        stream.deltaRow(rows.remove());
      }
    }
    return any;
  }

  private void takeEnd(DeltaPageEnd end) {
    Request.DeltaPage ended = (Request.DeltaPage) page;
    still = !end.hasMore() && end.cursor() == ended.cursor();
    lastPage = clock.elapsedMs();
    stream.deltaPageEnded(end);
    if (!end.hasMore()) {
      schedule.caughtUp(pageHasRows);
    }
    goOn(ended.next(end));
  }

  private void takeHead(long head) {
    if (stream.request().equals(new Request.DeltaPage(head))) {
      schedule.caughtUp(false);
    } else {
      still = false;
      schedule.hurry();
    }
  }

  private void takeTables(List<TableId> listed) {
    stream.listed(listed);
    if (!(stream.request() instanceof Request.DeltaPage)) {
      schedule.hurry();
    }
  }

  /** The next page is on its way, unless the stream wants something else. */
  private void goOn(Optional<Request> next) {
    Request wanted = stream.request();
    if (next.filter(wanted::equals).isPresent()) {
      open(wanted);
      return;
    }
    page = null;
    if (next.isPresent()) {
      fetcher.cancel();
    }
    if (!(wanted instanceof Request.DeltaPage || wanted instanceof Request.Tables)) {
      schedule.hurry();
    }
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
