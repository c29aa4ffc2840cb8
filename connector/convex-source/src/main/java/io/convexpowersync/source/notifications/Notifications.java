package io.convexpowersync.source.notifications;

import io.convexpowersync.source.records.Draft;
import io.convexpowersync.source.stream.Emission;
import io.convexpowersync.source.stream.StreamClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators about snapshots and signals, in the log or in a topic.
 *
 * <p>What goes to the topic is handed out as records without an offset, only behind the event that
 * it is about, and no event of a commit has any. So a notification never splits a commit. After a
 * crash one may come again.
 *
 * <p>{@link #signal} may be called by any thread, the rest by one.
 */
public final class Notifications {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final String SNAPSHOT = "Initial Snapshot";
  private static final String SIGNAL = "Signal";
  private static final String CONNECTOR = "connector_name";
  private static final Integer BY_KEY = null;

  private final NotificationSettings settings;
  private final StreamClock clock;
  private final Supplier<String> ids;
  private final SnapshotNews snapshots = new SnapshotNews(this::tellOfSnapshot);
  private final Queue<Notification> waiting = new ConcurrentLinkedQueue<>();

  /**
   * The notifications of one task.
   *
   * @param settings where they go
   * @param clock time
   * @param ids makes unique ids
   */
  public Notifications(NotificationSettings settings, StreamClock clock, Supplier<String> ids) {
    this.settings = settings;
    this.clock = clock;
    this.ids = ids;
  }

  /** Looks at an event that is about to be written; the records that belong behind it. */
  public List<Draft> after(Emission emission) {
    if (settings.none()) {
      return List.of();
    }
    snapshots.see(emission);
    return waiting.isEmpty() || inCommit(emission) ? List.of() : waiting();
  }

  private static boolean inCommit(Emission emission) {
    return emission.event().position().seq() == 0 && !emission.boundary();
  }

  /** The records that can be written when nothing else is under way. */
  public List<Draft> waiting() {
    List<Draft> drafts = new ArrayList<>();
    for (Notification next = waiting.poll(); next != null; next = waiting.poll()) {
      drafts.add(
          Draft.of(
              settings.topic().orElseThrow(),
              BY_KEY,
              NotificationRecord.key(next),
              NotificationRecord.value(next),
              next.timestampMs()));
    }
    return drafts;
  }

  /**
   * A signal was read.
   *
   * @param type {@code ACCEPTED} or {@code REFUSED}
   * @param details which signal, and why
   */
  public void signal(String type, Map<String, String> details) {
    tell(SIGNAL, type, details);
  }

  private void tellOfSnapshot(String type, Map<String, String> details) {
    tell(SNAPSHOT, type, details);
  }

  private void tell(String aggregate, String type, Map<String, String> details) {
    if (settings.none()) {
      return;
    }
    Map<String, String> data = new TreeMap<>(details);
    data.put(CONNECTOR, settings.connector());
    Notification notification = new Notification(ids.get(), aggregate, type, data, clock.wallMs());
    if (settings.log()) {
      LOG.info("[Notification Service] {}", notification);
    }
    if (settings.topic().isPresent()) {
      waiting.add(notification);
    }
  }
}
