package io.convexpowersync.source.columns;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.DocumentReader;
import io.convexpowersync.client.Selection;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableColumns;
import io.convexpowersync.client.TableRef;
import java.util.List;
import java.util.Optional;

/**
 * A deployment whose documents lack some fields. It asks Convex not to send them, and cuts out what
 * is sent nevertheless: by a backend that does not know selections, or of a name that was not known
 * yet. So no record of any topic ever has them.
 */
public final class ColumnFilteredDeployment implements ConvexDeployment {
  private final ConvexDeployment deployment;
  private final ColumnFilter columns;

  private ColumnFilteredDeployment(ConvexDeployment deployment, ColumnFilter columns) {
    this.deployment = deployment;
    this.columns = columns;
  }

  /** The deployment without the columns; itself if nothing is left out. */
  public static ConvexDeployment of(ConvexDeployment deployment, ColumnFilter columns) {
    return columns.isEmpty() ? deployment : new ColumnFilteredDeployment(deployment, columns);
  }

  @Override
  public String instanceName() {
    return deployment.instanceName();
  }

  @Override
  public long headTimestamp() {
    return deployment.headTimestamp();
  }

  @Override
  public List<TableColumns> tables() {
    return deployment.tables();
  }

  @Override
  public DocumentReader<SnapshotPageEnd> listSnapshot(
      long snapshot, Optional<String> cursor, Selection selection) {
    return new Cutting<>(
        deployment.listSnapshot(snapshot, cursor, selection.without(columns.known())));
  }

  @Override
  public DocumentReader<DeltaPageEnd> documentDeltas(long cursor, Selection selection) {
    return new Cutting<>(deployment.documentDeltas(cursor, selection.without(columns.known())));
  }

  @Override
  public void abort() {
    deployment.abort();
  }

  @Override
  public void close() {
    deployment.close();
  }

  /** A page whose documents lack the fields. */
  private final class Cutting<E> implements DocumentReader<E> {
    private final DocumentReader<E> page;

    Cutting(DocumentReader<E> page) {
      this.page = page;
    }

    @Override
    public ConvexDocument next() {
      ConvexDocument row = page.next();
      if (row == null || row.deleted()) {
        return row;
      }
      TableRef table = row.table();
      String json = FieldCutter.cut(row.json(), field -> columns.excludes(table, field));
      return new ConvexDocument(table, row.id(), row.commitTs(), false, json);
    }

    @Override
    public E end() {
      return page.end();
    }

    @Override
    public void close() {
      page.close();
    }
  }
}
