package io.convexpowersync.standalone.status;

import io.convexpowersync.events.Position;
import io.convexpowersync.sink.PlaceSummary;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageOverview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Says in aligned text how a storage stands. No I/O. */
public final class StatusReport {
  private static final long MIB = 1 << 20;

  private final StorageOverview overview;
  private final OptionalLong head;
  private final Instant now;

  /**
   * @param head newest commit timestamp of the deployment (ns); empty when it does not answer
   * @param now the present
   */
  public StatusReport(StorageOverview overview, OptionalLong head, Instant now) {
    this.overview = overview;
    this.head = head;
    this.now = now;
  }

  /** The lines to print. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    TextTable facts = new TextTable();
    facts.row("clients see", served().map(this::publication).orElse("nothing yet"));
    facts.row(
        "deployment at", head.isPresent() ? moment(head.getAsLong()) : "it does not answer now");
    facts.row("behind it", behind());
    facts.row("waiting", requests());
    facts.row("storage", overview.bytes() / MIB + " MiB");
    lines.addAll(facts.lines());
    lines.add("");
    TextTable streams = new TextTable();
    streams.row("STREAM", "STATE", "PUBLISHED", "READ UP TO", "GOES ON AT", "LEASE");
    overview.streams().forEach(stream -> streams.row(columns(stream)));
    lines.addAll(streams.lines());
    for (StorageOverview.Stream stream : overview.streams()) {
      stream
          .lastFatalError()
          .ifPresent(error -> lines.add("stream " + stream.stream().id() + ": " + error));
    }
    return lines;
  }

  private Optional<StorageOverview.Stream> served() {
    return overview.streams().stream()
        .filter(
            stream ->
                stream.stream().state() == ReplicationStream.State.ACTIVE
                    || stream.stream().state() == ReplicationStream.State.ERRORED)
        .filter(stream -> stream.stream().lsn().isPresent())
        .reduce((older, newer) -> newer);
  }

  private String publication(StorageOverview.Stream stream) {
    String when =
        stream
            .lastCheckpoint()
            .map(at -> ", published " + age(Duration.between(at, now)) + " ago")
            .orElse("");
    return moment(stream.stream().lsn().orElseThrow().nanos()) + when;
  }

  /** Positions are commit timestamps. */
  private static String moment(long nanos) {
    Instant at = Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(nanos));
    return nanos + " (" + at + ")";
  }

  private String behind() {
    Optional<Lsn> published = served().flatMap(stream -> stream.stream().lsn());
    if (head.isEmpty() || published.isEmpty()) {
      return "not known";
    }
    long nanos = Math.max(0, head.getAsLong() - published.get().nanos());
    return nanos == 0 ? "nothing" : age(Duration.ofNanos(nanos));
  }

  private String requests() {
    StorageOverview.Requests requests = overview.requests();
    String many = requests.waiting() + " write checkpoint request(s)";
    return requests.lowestHead().isEmpty()
        ? many
        : many + ", the lowest for " + moment(requests.lowestHead().getAsLong());
  }

  private String[] columns(StorageOverview.Stream stream) {
    Optional<PlaceSummary> place = stream.place().map(PlaceSummary::of);
    return new String[] {
      stream.stream().id().toString(),
      stream.stream().state().name(),
      stream.stream().lsn().map(Lsn::toString).orElse("-"),
      place.map(this::reached).orElse("-"),
      place.flatMap(PlaceSummary::input).orElse("-"),
      stream.lease().map(StatusReport::lease).orElse("nobody")
    };
  }

  private String reached(PlaceSummary place) {
    String reached = place.reached().equals(Position.ZERO) ? "-" : place.reached().toString();
    return place
        .snapshotRows()
        .map(rows -> String.format(Locale.ROOT, "%s, snapshot: %,d rows", reached, rows))
        .orElse(reached);
  }

  private static String lease(StorageOverview.Lease lease) {
    return lease.owner().map(owner -> "'" + owner + "'").orElse("another replicator")
        + ", refreshed "
        + age(Duration.ofSeconds(lease.ageSeconds()))
        + " ago";
  }

  private static String age(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", Math.max(0, duration.toMillis()) / 1000.0);
    }
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
  }
}
