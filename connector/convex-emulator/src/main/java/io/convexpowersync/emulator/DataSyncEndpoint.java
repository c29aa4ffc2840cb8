package io.convexpowersync.emulator;

import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** {@code v1/data/sync}, its list of syncs, and the bridge from the older API. */
final class DataSyncEndpoint {
  private final EmulatedDeployment deployment;
  private final DataSyncReader reader;
  private final CursorSeal seal;
  private final ActiveSyncs active;

  DataSyncEndpoint(EmulatedDeployment deployment) {
    this.deployment = deployment;
    this.reader = new DataSyncReader(deployment);
    this.seal = new CursorSeal(deployment.options().instanceName());
    this.active = new ActiveSyncs(deployment);
  }

  Response sync(EmulatorRequest request) throws ApiException {
    RequestParameters parameters =
        deployment.exportParameters(request, checked -> checked.string("cursor"));
    ExportSelection selection = selection(parameters);
    Optional<String> text = parameters.string("cursor");
    if (text.isEmpty()) {
      deployment.requireSummaries();
    }
    long start = deployment.store().head();
    DataSyncCursor cursor =
        text.isPresent()
            ? cursor(text.get())
            : new DataSyncCursor(newId(request), start, new TreeMap<>());
    requireReadable(cursor.ts(), "InvalidDataSyncCursor");
    DataSyncReader.Page page =
        deployment.store().readLog((log, head) -> reader.read(log, head, cursor, selection));
    active.progressed(page);
    deployment.counters().countDataSyncEntries(page.rows().size());
    return Response.json(sink -> write(page, selection, sink));
  }

  Response cursorFromDeltas(EmulatorRequest request) throws ApiException {
    RequestParameters parameters =
        deployment.exportParameters(request, checked -> checked.integer("cursor"));
    ExportSelection selection = selection(parameters);
    long ts =
        parameters.integer("cursor").orElseThrow(() -> parameters.invalid("cursor", "present"));
    requireReadable(ts, "InvalidDataSyncCursor");
    DataSyncCursor cursor =
        reader.walkedTo(newId(request), ts, selection, deployment.store().head());
    String sealed = seal.seal(cursor.toBytes());
    return Response.json(sink -> sink.buffer().ascii("{\"cursor\":").string(sealed).append('}'));
  }

  Response listActive(EmulatorRequest request) throws ApiException {
    RequestParameters parameters =
        deployment.exportParameters(request, checked -> checked.integer("limit"));
    long limit = parameters.integer("limit").orElse(100L);
    if (limit < 1 || limit > 100) {
      throw ApiException.badRequest("LimitOutOfRange", "limit must be between 1 and 100");
    }
    return active.list((int) limit, parameters.string("cursor").orElse(""));
  }

  /** Here a selection that does not fit is an error, other than in the older API. */
  private static ExportSelection selection(RequestParameters parameters) throws ApiException {
    if (!parameters.has("selection")) {
      return ExportSelection.EVERYTHING;
    }
    ExportSelection selection =
        SelectionParser.selection(parameters.values("selection").get(0))
            .orElseThrow(() -> parameters.invalid("selection", "a selection"));
    try {
      selection.validate();
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("InvalidDataSyncSelection", e.getMessage());
    }
    return selection;
  }

  private DataSyncCursor cursor(String text) throws ApiException {
    try {
      return DataSyncCursor.of(seal.open(text));
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          "InvalidDataSyncCursor", "The cursor is none of this deployment");
    }
  }

  private void requireReadable(long ts, String tooNew) throws ApiException {
    if (ts < 0 || ts > deployment.store().head()) {
      throw ApiException.badRequest(tooNew, "The cursor is ahead of the deployment");
    }
    if (ts + 1 < deployment.retentionBoundary()) {
      throw ApiException.badRequest(
          "DataSyncCursorExpired", "The cursor is older than retention: start without one");
    }
  }

  private static String newId(EmulatorRequest request) {
    String client = request.header("Convex-Client").orElse("");
    String prefix =
        client.startsWith("airbyte-export-")
            ? "airbyte-"
            : client.startsWith("fivetran-") ? "fivetran-" : "";
    return prefix + UUID.randomUUID();
  }

  private void write(DataSyncReader.Page page, ExportSelection selection, ResponseSink sink)
      throws IOException {
    ByteBuf out = sink.buffer().ascii("{\"status\":{\"type\":");
    if (!page.cursor().walked()) {
      out.ascii("\"snapshotting\"}");
    } else {
      out.ascii(page.caughtUp() ? "\"upToDate\"" : "\"stale\"");
      out.ascii(",\"snapshotTs\":").number(page.cursor().ts()).append('}');
    }
    Separator truncates = new Separator(out.ascii(",\"truncates\":["));
    for (TablePath table : page.truncated()) {
      truncates.next();
      out.ascii("{\"component\":").string(table.component());
      out.ascii(",\"table\":").string(table.table()).append('}');
    }
    Separator values = new Separator(out.ascii("],\"values\":["));
    for (Revision row : page.rows()) {
      values.next();
      RowWriter.writeBeside(row, selection.columns(row.table.path).orElseThrow(), out);
      sink.mayFlush();
    }
    out.ascii("],\"syncId\":").string(page.cursor().syncId());
    out.ascii(",\"pagination\":{\"hasMore\":true,\"nextCursor\":");
    out.string(seal.seal(page.cursor().toBytes())).ascii("}}");
  }
}
