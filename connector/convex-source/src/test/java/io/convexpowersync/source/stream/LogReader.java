package io.convexpowersync.source.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * A consumer of the log topic with the rules for repeats, reduced to what matters here: at every
 * published marker the complete tables equal the deployment.
 */
public final class LogReader {
  private final LongFunction<Map<TableId, Map<String, String>>> states;
  private final Map<TableId, Map<String, String>> documents = new HashMap<>();
  private final Map<TableId, TableStatus> tables = new TreeMap<>();
  private Position highest = Position.ZERO;
  private Position published = Position.ZERO;
  private Optional<SnapshotId> snapshot = Optional.empty();

  LogReader(ModelDeployment deployment) {
    this(deployment::stateAt);
  }

  /**
   * A reader from the start of the log.
   *
   * @param states documents by table and id, as they are in the deployment at a timestamp
   */
  public LogReader(LongFunction<Map<TableId, Map<String, String>>> states) {
    this.states = states;
  }

  /** The newest state that was compared. */
  public Position published() {
    return published;
  }

  /** What the log says of the tables. */
  public Map<TableId, TableStatus> tables() {
    return tables;
  }

  /** Reads on. */
  public void read(List<LogEvent> events) {
    events.forEach(this::read);
  }

  private void read(LogEvent event) {
    if (event instanceof Marker.Resolved resolved) {
      publish(resolved.position());
    } else if (!isRepeat(event.position())) {
      if (event instanceof Marker.SnapshotBegin begin && !isOpen(begin.snapshot())) {
        snapshot = Optional.of(begin.snapshot());
        begin.tables().forEach(documents::remove);
        begin.tables().forEach(table -> tables.put(table, TableStatus.PENDING));
      } else if (event instanceof Marker.SnapshotEnd end && isOpen(end.snapshot())) {
        snapshot = Optional.empty();
        end.tables().forEach(table -> tables.put(table, TableStatus.COMPLETE));
      } else if (event instanceof Marker.TableChanged changed) {
        tables.put(changed.table(), changed.status());
      } else if (event instanceof Change change) {
        apply(change);
      }
      highest = event.position();
    }
  }

  private boolean isOpen(SnapshotId id) {
    return snapshot.equals(Optional.of(id));
  }

  private boolean isRepeat(Position position) {
    return position.compareTo(published) <= 0 || position.compareTo(highest) < 0;
  }

  private void apply(Change change) {
    Map<String, String> table = documents.computeIfAbsent(change.table(), any -> new TreeMap<>());
    if (change instanceof Change.Upsert upsert) {
      table.put(upsert.id(), upsert.document());
    } else if (change instanceof Change.Delete delete) {
      table.remove(delete.id());
    }
  }

  private void publish(Position position) {
    boolean repeat = position.compareTo(published) <= 0 || highest.isAfter(position);
    boolean incomplete = tables.values().stream().anyMatch(s -> s != TableStatus.COMPLETE);
    if (repeat || incomplete || snapshot.isPresent()) {
      return;
    }
    published = position;
    Map<TableId, Map<String, String>> truth = states.apply(position.ts());
    tables.forEach(
        (table, status) -> {
          if (status == TableStatus.COMPLETE) {
            assertThat(documents.getOrDefault(table, Map.of()))
                .as("%s at %s", table, position)
                .isEqualTo(truth.getOrDefault(table, Map.of()));
          }
        });
    assertThat(documents.keySet())
        .as("tables with documents at %s", position)
        .allMatch(table -> tables.get(table) == TableStatus.COMPLETE);
  }
}
