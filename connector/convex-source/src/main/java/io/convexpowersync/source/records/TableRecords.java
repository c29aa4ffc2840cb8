package io.convexpowersync.source.records;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.RecordContext;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.events.TransactionPlace;
import io.convexpowersync.source.stream.StreamClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.header.ConnectHeaders;

/**
 * The records of a change in the table topics and the transaction topic. Changes come in the order
 * of the log, a commit's all in one batch. Used by one thread.
 */
public final class TableRecords {
  private final RecordSettings settings;
  private final TableTopics topics;
  private final CommitMetadata commits;
  private final StreamClock clock;

  /**
   * For one source.
   *
   * @param settings what users choose
   * @param documents how documents are written
   * @param origin where the records come from
   * @param clock time
   */
  public TableRecords(
      RecordSettings settings, Documents documents, LogOrigin origin, StreamClock clock) {
    this.settings = settings;
    this.topics = new TableTopics(settings.topics(), origin, settings.format(), documents);
    this.commits = new CommitMetadata(settings.topics());
    this.clock = clock;
  }

  /**
   * A change in its surroundings.
   *
   * @param change the change
   * @param snapshot its place in a snapshot
   * @param first whether it is the first captured change of its commit
   * @param last whether it is the last one
   * @param leftOut whether it has no record of its own
   */
  public record Placed(
      Change change, SnapshotFlag snapshot, boolean first, boolean last, boolean leftOut) {}

  /**
   * The records of a change.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException when two tables share a topic
   */
  public List<Draft> of(Placed placed) {
    List<Draft> drafts = new ArrayList<>(4);
    Change change = placed.change();
    boolean described = settings.transactions() && CommitMetadata.belongsToCommit(change);
    if (described && placed.first()) {
      drafts.add(commits.begin(change.position()));
    }
    if (!placed.leftOut()) {
      addChange(drafts, placed, described ? Optional.of(commits.next(change)) : Optional.empty());
    }
    if (described && placed.last()) {
      drafts.add(commits.end(change.position()));
    }
    return drafts;
  }

  private void addChange(List<Draft> drafts, Placed placed, Optional<TransactionPlace> place) {
    Change change = placed.change();
    TableTopicEncoder encoder = topics.of(change.table());
    RecordContext context =
        new RecordContext(placed.snapshot(), place, Instant.ofEpochMilli(clock.wallMs()));
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString(
        TableTopicEncoder.TS_HEADER, Long.toString(TableTopicEncoder.commitTs(change)));
    Draft envelope =
        new Draft(
            encoder.topic(),
            partition(TableTopicEncoder.id(change)),
            encoder.key(change),
            encoder.valueSchema(),
            encoder.value(change, context),
            timestampMs(change),
            headers);
    drafts.add(envelope);
    // With versioned keys it would only take away the delete itself.
    boolean lasting = settings.format().versionedKeys();
    if (change instanceof Change.Delete && settings.tombstones() && !lasting) {
      drafts.add(envelope.tombstone());
    }
  }

  /**
   * The document's partition, which must not depend on its version. Like the producer's own, but of
   * the id's text instead of the converted key. Null to leave it to the producer.
   */
  private Integer partition(String id) {
    OptionalInt partitions = settings.partitions();
    if (partitions.isEmpty()) {
      return null;
    }
    int hash = Utils.murmur2(id.getBytes(StandardCharsets.UTF_8));
    return Utils.toPositive(hash) % partitions.getAsInt();
  }

  /**
   * The time of the position. A snapshot row's own commit may be years old, and a topic that
   * deletes by age would drop it at once.
   */
  private static long timestampMs(Change change) {
    return TimeUnit.NANOSECONDS.toMillis(change.position().ts());
  }
}
