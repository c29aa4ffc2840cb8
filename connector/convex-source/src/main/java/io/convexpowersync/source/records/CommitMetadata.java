package io.convexpowersync.source.records;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TopicNames;
import io.convexpowersync.events.TransactionPlace;
import io.convexpowersync.events.TransactionRecords;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;

/**
 * Counts the changes of the commit that is being written, for Debezium's transaction metadata. Rows
 * of a snapshot and truncates belong to no commit. Used by one thread.
 */
final class CommitMetadata {
  private final String topic;
  private final Map<String, Long> counts = new TreeMap<>();
  private long total;

  CommitMetadata(TopicNames topics) {
    this.topic = topics.transaction();
  }

  static boolean belongsToCommit(Change change) {
    return change.position().seq() == 0;
  }

  Draft begin(Position commit) {
    counts.clear();
    total = 0;
    return draft(commit, TransactionRecords.begin(id(commit), ms(commit)));
  }

  TransactionPlace next(Change change) {
    String table = TopicNames.collection(change.table());
    return new TransactionPlace(id(change.position()), ++total, counts.merge(table, 1L, Long::sum));
  }

  Draft end(Position commit) {
    return draft(commit, TransactionRecords.end(id(commit), ms(commit), counts));
  }

  private Draft draft(Position commit, Struct value) {
    return Draft.of(topic, null, TransactionRecords.key(id(commit)), value, ms(commit));
  }

  private static String id(Position commit) {
    return Long.toString(commit.ts());
  }

  private static long ms(Position commit) {
    return TimeUnit.NANOSECONDS.toMillis(commit.ts());
  }
}
