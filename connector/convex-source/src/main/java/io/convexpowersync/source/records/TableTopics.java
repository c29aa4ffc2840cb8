package io.convexpowersync.source.records;

import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.events.TopicNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** The topic of every table, and the watch that no two tables share one. */
public final class TableTopics {
  private final TopicNames names;
  private final LogOrigin origin;
  private final TableTopicFormat format;
  private final Documents documents;
  private final Map<TableId, TableTopicEncoder> encoders = new HashMap<>();
  private final Map<String, TableId> owners = new HashMap<>();

  TableTopics(TopicNames names, LogOrigin origin, TableTopicFormat format, Documents documents) {
    this.names = names;
    this.origin = origin;
    this.format = format;
    this.documents = documents;
  }

  /**
   * The encoder of a table.
   *
   * @throws ConnectException when another table has the same topic
   */
  TableTopicEncoder of(TableId table) {
    return encoders.computeIfAbsent(table, this::create);
  }

  private TableTopicEncoder create(TableId table) {
    String topic = names.of(table);
    claim(owners, topic, table);
    return new TableTopicEncoder(origin, topic, format, documents.of(table));
  }

  /**
   * Checks that the tables have topics of their own.
   *
   * @throws ConnectException that names two tables that do not
   */
  public static void check(TopicNames names, Collection<TableId> tables) {
    Map<String, TableId> owners = new HashMap<>();
    tables.forEach(table -> claim(owners, names.of(table), table));
  }

  private static void claim(Map<String, TableId> owners, String topic, TableId table) {
    TableId owner = owners.putIfAbsent(topic, table);
    if (owner != null && !owner.equals(table)) {
      throw new ConnectException(
          "The tables %s and %s would share the topic %s; exclude one with table.exclude.list"
              .formatted(describe(owner), describe(table), topic));
    }
  }

  private static String describe(TableId table) {
    return table.component().isEmpty() ? table + " (of the root app)" : table.toString();
  }
}
