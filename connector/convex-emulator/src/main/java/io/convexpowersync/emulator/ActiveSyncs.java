package io.convexpowersync.emulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What the deployment knows of the syncs that read from it. It keeps that in a row of a system
 * table, so that a sync moves the head: with its first page, then at most every five seconds.
 * Thread-safe.
 */
final class ActiveSyncs {
  private static final long WRITE_EVERY = Duration.ofSeconds(5).toNanos();
  private static final long ACTIVE_FOR = Duration.ofDays(3).toNanos();

  private record Progress(DataSyncCursor cursor, long documents, long seen, long written) {}

  private final EmulatedDeployment deployment;
  private final Map<String, Progress> syncs = new ConcurrentSkipListMap<>();

  ActiveSyncs(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  void progressed(DataSyncReader.Page page) {
    long now = deployment.store().now();
    Progress before = syncs.get(page.cursor().syncId());
    boolean due = before == null || now - before.written >= WRITE_EVERY;
    long documents = (before == null ? 0 : before.documents) + page.rows().size();
    long written = due ? now : before.written;
    syncs.put(page.cursor().syncId(), new Progress(page.cursor(), documents, now, written));
    if (due) {
      deployment.store().systemCommit(1);
    }
  }

  /** A page of the syncs that read in the last three days, by id, after the one named. */
  Response list(int limit, String after) {
    long since = deployment.store().now() - ACTIVE_FOR;
    List<Progress> rest =
        syncs.values().stream()
            .filter(sync -> sync.seen >= since && sync.cursor.syncId().compareTo(after) > 0)
            .toList();
    List<Progress> page = rest.subList(0, Math.min(limit, rest.size()));
    return Response.json(sink -> write(page, rest.size() > page.size(), sink.buffer()));
  }

  private void write(List<Progress> page, boolean more, ByteBuf out) {
    Separator separator = new Separator(out.ascii("{\"syncs\":["));
    for (Progress sync : page) {
      separator.next();
      out.ascii("{\"syncId\":").string(sync.cursor.syncId());
      out.ascii(",\"numTablesSynced\":").number(sync.cursor.tablesDone());
      out.ascii(",\"totalTables\":").number(sync.cursor.tables().size());
      out.ascii(",\"numDocumentsSynced\":").number(sync.documents);
      out.ascii(",\"totalDocuments\":").number(total()).append('}');
    }
    out.ascii("],\"pagination\":{\"hasMore\":").ascii(more ? "true" : "false");
    if (more) {
      out.ascii(",\"nextCursor\":").string(page.get(page.size() - 1).cursor.syncId());
    }
    out.ascii("}}");
  }

  private long total() {
    return new DeploymentState(deployment.store(), deployment.store().head()).documentCount();
  }
}
