package io.convexpowersync.standalone;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DocumentReader;
import io.convexpowersync.client.Selection;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableRef;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.TableFilter;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.storage.DeploymentState;
import io.convexpowersync.streams.DocumentEncoding;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A deployment's documents at one timestamp, read from its export API whenever asked. */
final class ExportedState implements DeploymentState {
  private final ConvexDeployment deployment;
  private final TableFilter tables;
  private final long timestamp;

  /**
   * @param source names the tables that are replicated
   * @param timestamp in nanoseconds; the deployment must still keep it
   */
  ExportedState(ConvexDeployment deployment, SourceSettings source, long timestamp) {
    this.deployment = deployment;
    this.tables =
        new TableFilter(String.join(",", source.include()), String.join(",", source.exclude()));
    this.timestamp = timestamp;
  }

  @Override
  public Collection<String> tables() {
    return deployment.tables().stream()
        .filter(table -> table.table().component().isEmpty())
        .map(table -> table.table().table())
        .filter(table -> tables.test(TableId.root(table)))
        .toList();
  }

  @Override
  public void documents(String table, Visitor visitor) {
    Selection selection = new Selection(List.of(new TableRef("", table)));
    Optional<String> cursor = Optional.empty();
    do {
      try (DocumentReader<SnapshotPageEnd> page =
          deployment.listSnapshot(timestamp, cursor, selection)) {
        for (ConvexDocument row = page.next(); row != null; row = page.next()) {
          visitor.visit(row.id(), row.json(), DocumentEncoding.LOSSLESS);
        }
        cursor = page.end().cursor();
      }
    } while (cursor.isPresent());
  }
}
