package io.convexpowersync.sink;

import io.convexpowersync.events.TableId;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.TablePattern;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that a plan names and the log has never mentioned. Not an error: a Convex table exists
 * only from its first document on. But it is also what a forgotten name in the source's include
 * list looks like, and clients would silently lack the table.
 */
final class MissingTables {
  private static final Logger LOG = LoggerFactory.getLogger(MissingTables.class);

  static void warn(SyncStreams streams, Set<TableId> known) {
    List<String> missing = find(streams, known);
    if (!missing.isEmpty()) {
      LOG.warn(
          "The sync config reads {}, which the log does not have: the deployment has no such table"
              + " yet, or the source leaves it out (table.include.list, table.exclude.list)",
          missing);
    }
  }

  static List<String> find(SyncStreams streams, Set<TableId> known) {
    return streams.tablePatterns().stream()
        .filter(pattern -> !pattern.isWildcard())
        .map(TablePattern::name)
        .filter(name -> !known.contains(TableId.root(name)))
        .distinct()
        .toList();
  }

  private MissingTables() {}
}
