package io.convexpowersync.emulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code document_deltas}: pages of the commit log; a page never splits a commit. */
final class DeltasEndpoint {
  private final EmulatedDeployment deployment;

  DeltasEndpoint(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  private record Page(List<Revision> rows, long cursor, boolean hasMore) {}

  Response handle(EmulatorRequest request) throws ApiException {
    RequestParameters parameters = deployment.exportParameters(request, DeltasEndpoint::checkTypes);
    long cursor =
        parameters
            .integer("cursor")
            .orElseThrow(
                () ->
                    ApiException.badRequest(
                        "DocumentDeltasCursorRequired", "document_deltas needs a cursor"));
    if (cursor < 0) {
      throw ApiException.internal(500);
    }
    ExportSelection selection = deployment.selection(parameters);
    requireRetained(cursor);
    int limit = deployment.options().limits().deltaPage();
    Page page =
        deployment.store().readLog((log, head) -> read(log, head, cursor, selection, limit));
    ValueFormat format = deployment.format(parameters);
    deployment.counters().countDeltaDocuments(page.rows.size());
    return Response.json(sink -> write(page, selection, format, sink));
  }

  private static void checkTypes(RequestParameters parameters) throws ApiException {
    parameters.integer("cursor");
    parameters.string("format");
  }

  private void requireRetained(long cursor) throws ApiException {
    if (cursor + 1 < deployment.retentionBoundary()) {
      throw ApiException.badRequest(
          "InvalidWindowToReadDocuments",
          "Timestamp "
              + (cursor + 1)
              + " is older than the retention window: a full resync is due");
    }
  }

  private Page read(
      List<Revision> log, long head, long cursor, ExportSelection selection, int limit) {
    List<Revision> rows = new ArrayList<>();
    long stop = -1;
    int read = 0;
    for (int i = firstAfter(log, cursor); i < log.size(); i++) {
      Revision row = log.get(i);
      read++;
      if (stop >= 0 && row.ts > stop) {
        return new Page(rows, stop, true);
      }
      if (stop < 0 && read >= limit) {
        stop = row.ts;
      }
      if (exported(row.table, selection)) {
        rows.add(row);
        if (stop < 0 && rows.size() >= limit) {
          stop = row.ts;
        }
      }
    }
    return new Page(rows, stop >= 0 ? stop : head, false);
  }

  /** Rows of a table that has been dropped since are gone from the log's view. */
  private boolean exported(Table table, ExportSelection selection) {
    return !table.system
        && table.droppedTs == Long.MAX_VALUE
        && (table.path.component().isEmpty() || deployment.backend().deltasHaveComponents())
        && selection.columns(table.path).isPresent();
  }

  static int firstAfter(List<Revision> log, long cursor) {
    int low = 0;
    int high = log.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (log.get(middle).ts <= cursor) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void write(
      Page page, ExportSelection selection, ValueFormat format, ResponseSink sink)
      throws IOException {
    ByteBuf out = sink.buffer().ascii("{\"values\":[");
    Separator separator = new Separator(out);
    for (Revision row : page.rows) {
      separator.next();
      Optional<ExportSelection.Columns> columns = selection.columns(row.table.path);
      RowWriter.write(row, columns.orElseThrow(), format, true, out);
      sink.mayFlush();
    }
    out.ascii("],\"cursor\":").number(page.cursor);
    out.ascii(",\"hasMore\":").ascii(page.hasMore ? "true}" : "false}");
  }
}
