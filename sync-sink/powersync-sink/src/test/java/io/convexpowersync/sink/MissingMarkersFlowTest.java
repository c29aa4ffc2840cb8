package io.convexpowersync.sink;

import static io.convexpowersync.sink.OneTable.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Something drops markers between the source and the sink. */
class MissingMarkersFlowTest {
  private static final String WARNING = "Nothing is published: records are missing from the log";

  private Instant now = Instant.parse("2026-08-22T00:00:00Z");
  private final RecordedLog log = new RecordedLog();
  private final FakeStorage storage = OneTable.storage(() -> FakeStorage.Fault.NONE);
  private final SinkCore core =
      new SinkCore(
          new StreamDriver.Context(
              storage, SinkOptions.DEFAULT, ((InstantSource) () -> now).withZone(ZoneOffset.UTC)),
          Optional.empty());

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void stopListening() {
    System.setErr(before);
  }

  @Test
  void isSaidOnceAMinuteAlsoWhenASingleMarkerComesThrough() {
    Position pin = new Position(nanos(), 1);
    SnapshotId id = new SnapshotId("s1");
    put(new Marker.SnapshotBegin(pin, id, List.of(TABLE), 1));
    put(new Marker.SnapshotEnd(pin, id, List.of(TABLE), 1));
    put(new Marker.Resolved(pin, Optional.empty(), 1));

    for (int i = 0; i < 4; i++) {
      assertThat(warnings()).isZero();
      now = now.plus(Duration.ofSeconds(20));
      put(change());
    }
    assertThat(warnings()).isEqualTo(1);

    now = now.plus(Duration.ofSeconds(20));
    put(new Marker.Resolved(commit(), Optional.of(Position.ofCommit(nanos() - 1)), now()));
    assertThat(warnings()).isEqualTo(1);

    now = now.plus(Duration.ofSeconds(40));
    put(new Marker.Resolved(commit(), Optional.of(Position.ofCommit(nanos() - 1)), now()));
    assertThat(warnings()).isEqualTo(2);
  }

  private long warnings() {
    return said.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(WARNING))
        .count();
  }

  private void put(LogEvent event) {
    core.put(log.write(event));
  }

  private LogEvent change() {
    return new Change.Upsert(commit(), TABLE, "d1", "{\"_id\":\"d1\"}", nanos(), false);
  }

  private Position commit() {
    return Position.ofCommit(nanos());
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(now());
  }

  private long now() {
    return now.toEpochMilli();
  }
}
