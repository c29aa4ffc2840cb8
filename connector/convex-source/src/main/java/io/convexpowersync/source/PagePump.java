package io.convexpowersync.source;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.DocumentReader;
import io.convexpowersync.client.Selection;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableRef;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.ChangeStream;
import io.convexpowersync.source.stream.Request;
import java.util.List;
import java.util.function.Consumer;

/**
 * Carries out what a stream asks for. A page stays open between the calls, so that it is never held
 * in memory as a whole. Used by one thread.
 */
final class PagePump {
  private final ConvexDeployment deployment;
  private final ChangeStream stream;
  private final PollSchedule schedule;
  private final long maxBytes;
  private OpenPage<?> page;

  PagePump(ConvexDeployment deployment, ChangeStream stream, PollSchedule schedule, long maxBytes) {
    this.deployment = deployment;
    this.stream = stream;
    this.schedule = schedule;
    this.maxBytes = maxBytes;
  }

  /** A page, and where its content goes. */
  private record OpenPage<E>(
      DocumentReader<E> reader, Consumer<ConvexDocument> rows, Consumer<E> end) {
    void finish() {
      end.accept(reader.end());
      reader.close();
    }
  }

  /**
   * Feeds the stream with one answer, or a part of a page that fills a batch.
   *
   * @throws io.convexpowersync.client.ConvexException when the deployment does not answer
   */
  void step() {
    if (page == null) {
      Request request = stream.request();
      if (request instanceof Request.Discovery) {
        discover();
        return;
      } else if (request instanceof Request.Nothing) {
        schedule.caughtUp(false);
        return;
      }
      page = open(request);
    }
    while (stream.readyBytes() < maxBytes) {
      ConvexDocument row = page.reader().next();
      if (row == null) {
        OpenPage<?> finished = page;
        page = null;
        finished.finish();
        return;
      }
      page.rows().accept(row);
    }
  }

  /** Lets go of the open page, which will be requested again. */
  void abandon() {
    if (page != null) {
      page.reader().close();
      page = null;
    }
    stream.interrupted();
  }

  private void discover() {
    // The head first: a table that is created in between is then empty at the head, and not lost.
    long head = deployment.headTimestamp();
    List<TableId> tables =
        deployment.tables().stream()
            .map(columns -> new TableId(columns.table().component(), columns.table().table()))
            .toList();
    stream.discovered(head, tables);
  }

  private OpenPage<?> open(Request request) {
    if (request instanceof Request.SnapshotPage snapshot) {
      return new OpenPage<SnapshotPageEnd>(
          deployment.listSnapshot(snapshot.pin(), snapshot.page(), selection(snapshot.tables())),
          stream::snapshotRow,
          stream::snapshotPageEnded);
    }
    Request.DeltaPage deltas = (Request.DeltaPage) request;
    RowCounter rows = new RowCounter(stream);
    return new OpenPage<DeltaPageEnd>(
        deployment.documentDeltas(deltas.cursor(), Selection.EVERYTHING),
        rows::accept,
        end -> {
          stream.deltaPageEnded(end);
          // A snapshot that follows need not wait.
          if (!end.hasMore() && stream.request() instanceof Request.DeltaPage) {
            schedule.caughtUp(rows.any);
          }
        });
  }

  /** Remembers whether a page of the log had any row, captured or not. */
  private static final class RowCounter {
    private final ChangeStream stream;
    private boolean any;

    RowCounter(ChangeStream stream) {
      this.stream = stream;
    }

    void accept(ConvexDocument row) {
      any = true;
      stream.deltaRow(row);
    }
  }

  private static Selection selection(List<TableId> tables) {
    return new Selection(
        tables.stream().map(table -> new TableRef(table.component(), table.table())).toList());
  }
}
