package io.convexpowersync.sink.log;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a replication stream has consumed of the log. Stored beside the data, in the transaction
 * that wrote it.
 *
 * @param binding the log this stream belongs to; empty before its first record
 * @param highest position of the newest change written
 * @param published position of the newest publication; {@link Position#ZERO} before the first
 * @param lastResolved the newest resolved marker seen
 * @param snapshots those that have begun and not ended, in the order in which they began
 * @param snapshotSeen whether any snapshot was seen complete
 * @param gapNoticedMs when a missing range of the log was noticed (ms since the Unix epoch); empty
 *     when there is none
 * @param continuity what else is known of its completeness
 * @param tables status of every table as the log said
 */
public record LogState(
    Optional<LogBinding> binding,
    Position highest,
    Position published,
    Optional<Position> lastResolved,
    List<BegunSnapshot> snapshots,
    boolean snapshotSeen,
    OptionalLong gapNoticedMs,
    Continuity continuity,
    Map<TableId, TableStatus> tables) {

  /** Nothing consumed yet. */
  public static final LogState EMPTY =
      new LogState(
          Optional.empty(),
          Position.ZERO,
          Position.ZERO,
          Optional.empty(),
          List.of(),
          false,
          OptionalLong.empty(),
          Continuity.START,
          Map.of());

  /**
   * A stream that another replicator has brought to a published position, without a place of ours.
   *
   * @param ts what it published: it has all changes up to this timestamp, snapshots at it included
   */
  public static LogState adopted(long ts) {
    Position reached = new Position(ts, Long.MAX_VALUE);
    return new LogState(
        Optional.empty(),
        reached,
        reached,
        Optional.empty(),
        List.of(),
        false,
        OptionalLong.empty(),
        Continuity.START,
        Map.of());
  }

  /** The same for a reader that is put back to an earlier place of the log. */
  public LogState movedBack() {
    return new LogState(
        binding,
        highest,
        published,
        lastResolved,
        snapshots,
        snapshotSeen,
        gapNoticedMs,
        continuity.elsewhere(),
        tables);
  }

  /**
   * Whether everything written is published, and nothing is known to be missing: what clients see
   * may be published again.
   */
  public boolean isPublished() {
    return published.isAfter(Position.ZERO)
        && highest.equals(published)
        && snapshots.isEmpty()
        && gapNoticedMs.isEmpty();
  }

  /** Up to where the stream has consumed the log: nothing that it was given lies above. */
  public Position reached() {
    return lastResolved.filter(marker -> marker.isAfter(highest)).orElse(highest);
  }

  public LogState {
    snapshots = List.copyOf(snapshots);
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
  }
}
