package io.convexpowersync.source.struct;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.SchemaNames;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TopicNames;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The struct documents of all tables, and what has to be kept of them. Used by one thread. */
public final class StructTables {
  private static final Logger LOG = LoggerFactory.getLogger(StructTables.class);

  private final TopicNames topics;
  private final StructLimits limits;
  private final Function<Map<String, String>, Map<String, Object>> stored;
  private final Map<TableId, StructDocuments> tables = new HashMap<>();

  /**
   * Of one source.
   *
   * @param topics names of the topics, after which the schemas are named
   * @param limits how large a schema may become
   * @param stored the stored offset of a source partition; null if there is none
   */
  public StructTables(
      TopicNames topics,
      StructLimits limits,
      Function<Map<String, String>, Map<String, Object>> stored) {
    this.topics = topics;
    this.limits = limits;
    this.stored = stored;
  }

  /** The documents of a table, with what was known of them when the task started. */
  public StructDocuments of(TableId table) {
    return tables.computeIfAbsent(table, this::load);
  }

  private StructDocuments load(TableId table) {
    String schema = SchemaNames.legal(topics.of(table)) + ".Value";
    try {
      Optional<String> known =
          ShapeOffsets.known(stored.apply(ShapeOffsets.partition(topics.prefix(), table)));
      return known.isPresent()
          ? StructDocuments.known(schema, limits, known.get())
          : StructDocuments.unknown(schema, limits);
    } catch (IllegalArgumentException e) {
      throw new ConnectException(
          "%s. Correct it with PATCH /connectors/<name>/offsets, or delete it to infer it again"
              .formatted(e.getMessage()),
          e);
    }
  }

  /**
   * Learns documents before they are written.
   *
   * @return the offsets to be stored, by source partition: one for every table of which more is
   *     known now
   */
  public Map<Map<String, String>, Map<String, Object>> learn(Iterable<Change> changes) {
    Set<TableId> widened = new TreeSet<>();
    for (Change change : changes) {
      if (change instanceof Change.Upsert upsert && of(upsert.table()).learn(upsert.document())) {
        widened.add(upsert.table());
      }
    }
    Map<Map<String, String>, Map<String, Object>> offsets = new LinkedHashMap<>();
    for (TableId table : widened) {
      LOG.debug("The schema of {} has become wider", table);
      offsets.put(
          ShapeOffsets.partition(topics.prefix(), table), ShapeOffsets.offset(of(table).known()));
    }
    return offsets;
  }
}
