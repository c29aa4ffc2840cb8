package io.convexpowersync.source.stream;

import static io.convexpowersync.source.stream.StreamDriver.TODOS;
import static io.convexpowersync.source.stream.StreamDriver.TS;
import static io.convexpowersync.source.stream.StreamDriver.USERS;
import static io.convexpowersync.source.stream.StreamDriver.row;
import static io.convexpowersync.source.stream.StreamDriver.tombstone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tables that are dropped, and that are dropped and created again. */
final class DroppedTableTest {
  /** Ids of tables 10001, 10002 and 1, with different documents. */
  private static final String OLD = "j5700000000000000000000000001qv0";

  private static final String OLD_TOO = "j572ac1v8s8nrsvjfp4977n9ph8bhnjg";
  private static final String NEW = "0400000000000000000000000000248";
  private static final long INTERVAL = 30_000;

  private final StreamDriver driver = with(DropHandling.TRUNCATE, null);
  private final ChangeStream stream = driver.stream;

  DroppedTableTest() {
    stream.discovered(TS, List.of(USERS, TODOS));
    stream.snapshotRow(row(USERS, OLD, TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    driver.take();
  }

  @Test
  void theNumberOfATableStandsInItsIds() {
    assertThat(TableNumber.of(OLD)).hasValue(10_001);
    assertThat(TableNumber.of(OLD_TOO)).hasValue(10_001);
    assertThat(TableNumber.of(NEW)).hasValue(1);
    assertThat(TableNumber.of("a")).isEmpty();
    assertThat(TableNumber.of("J5700000000000000000000000001qv0")).isEmpty();
    assertThat(driver.offset().capture().numbers()).containsOnly(entry(10_001));
  }

  @Test
  void tablesAreListedAtTheHeadAndOnlyWhenThePositionMoves() {
    driver.deltas(TS + 1, true);
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 1));
    driver.deltas(TS + 2, false);
    assertThat(stream.request()).isEqualTo(new Request.Tables());
    stream.listed(List.of(USERS, TODOS));
    driver.clock.advance(10 * INTERVAL);
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 2));
    driver.deltas(TS + 3, false);
    assertThat(stream.request()).isEqualTo(new Request.Tables());
  }

  @Test
  void aTableThatTwoListingsLackIsEmptied() {
    listedWithout();
    assertThat(driver.takeEvents()).noneMatch(Change.class::isInstance);
    driver.clock.advance(INTERVAL - 1);
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 1));
    driver.clock.advance(1);
    assertThat(stream.request()).isEqualTo(new Request.Tables());
    stream.listed(List.of(TODOS));
    driver.clock.advance(25);
    List<Emission> events = driver.take();
    assertThat(events)
        .extracting(e -> e.event().getClass().getSimpleName())
        .containsExactly("Resolved", "Truncate", "Resolved");
    LogEvent truncate = events.get(1).event();
    assertThat(((Change.Truncate) truncate).table()).isEqualTo(USERS);
    assertThat(truncate.position().ts()).isEqualTo(TS + 1);
    assertThat(truncate.position()).isGreaterThan(Position.ofCommit(TS + 1));
    assertThat(events.get(0).offset().orElseThrow().capture().tables()).containsKey(USERS);
    assertThat(events.get(1).offset().orElseThrow().capture().tables()).doesNotContainKey(USERS);
    assertThat(events.get(2).event().position()).isEqualTo(truncate.position());
  }

  @Test
  void aTableThatComesBackHasNoSecondTruncate() {
    listedWithout();
    driver.clock.advance(INTERVAL);
    stream.listed(List.of(TODOS));
    driver.take();
    driver.deltas(TS + 5, false, row(USERS, NEW, TS + 5));
    assertThat(driver.takeEvents())
        .noneMatch(Change.Truncate.class::isInstance)
        .anyMatch(e -> e instanceof Marker.TableChanged c && c.status() == TableStatus.COMPLETE);
  }

  @Test
  void anAbsenceThatWasSeenBeforeARestartIsCheckedAgain() {
    listedWithout();
    driver.take();
    StreamDriver second = with(DropHandling.TRUNCATE, stored(driver));
    second.deltas(TS + 1, false);
    second.stream.listed(List.of(TODOS));
    assertThat(second.takeEvents()).noneMatch(Change.class::isInstance);
    second.clock.advance(INTERVAL);
    second.stream.listed(List.of(TODOS));
    assertThat(second.takeEvents()).anyMatch(Change.Truncate.class::isInstance);
  }

  @Test
  void aTableThatWasAbsentOnceIsReadAgain() {
    listedWithout();
    driver.clock.advance(INTERVAL);
    stream.listed(List.of(USERS, TODOS));
    assertThat(stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 1, Optional.empty(), List.of(USERS)));
  }

  @Test
  void aListingThatFailsTellsNothing() {
    listedWithout();
    driver.clock.advance(INTERVAL);
    stream.notListed();
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 1));
    assertThat(driver.takeEvents()).noneMatch(Change.class::isInstance);
  }

  @Test
  void anotherNumberEmptiesTheTableBeforeTheCommit() {
    List<Emission> events =
        driver.deltas(TS + 5, false, row(USERS, NEW, TS + 4), row(USERS, NEW, TS + 5)).take();
    assertThat(events)
        .extracting(e -> e.event().getClass().getSimpleName())
        .containsExactly("Resolved", "Truncate", "Upsert", "Upsert");
    Position truncated = events.get(1).event().position();
    assertThat(truncated.ts()).isEqualTo(TS);
    assertThat(truncated).isGreaterThan(events.get(0).event().position());
    assertThat(events.get(1).offset().orElseThrow().capture().numbers().get(USERS))
        .containsExactly(-10_001L, 1L);
    StreamDriver resumed = with(DropHandling.TRUNCATE, events.get(1).offset().orElseThrow());
    resumed.take();
    resumed.deltas(TS + 5, false, row(USERS, NEW, TS + 4));
    assertThat(resumed.takeEvents())
        .as("behind the truncate it is not repeated")
        .noneMatch(Change.Truncate.class::isInstance);
  }

  @Test
  void aTableWhoseOldDocumentsComeBackIsReadAgain() {
    driver.deltas(TS + 4, false, row(USERS, NEW, TS + 4));
    stream.listed(List.of(USERS, TODOS));
    driver.deltas(TS + 5, false, tombstone(USERS, OLD_TOO, TS + 5));
    assertThat(driver.takeEvents().stream().filter(Change.Truncate.class::isInstance)).hasSize(1);
    assertThat(stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 5, Optional.empty(), List.of(USERS)));
    stream.snapshotRow(row(USERS, OLD, TS));
    stream.snapshotRow(row(USERS, NEW, TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS + 5, Optional.empty()));
    assertThat(stored(driver).capture().numbers().get(USERS)).containsExactly(10_001L, 1L);
    driver.deltas(TS + 7, false, row(USERS, OLD, TS + 6), row(USERS, NEW, TS + 7));
    assertThat(driver.takeEvents()).noneMatch(Change.Truncate.class::isInstance);
    assertThat(driver.offset()).isInstanceOf(SourceOffset.Streaming.class);
  }

  @Test
  void whoIgnoresDropsNeitherListsNorEmpties() {
    StreamDriver ignoring = with(DropHandling.IGNORE, driver.offset());
    ignoring.deltas(TS + 4, false, row(USERS, NEW, TS + 4));
    assertThat(ignoring.takeEvents()).noneMatch(Change.Truncate.class::isInstance);
    assertThat(ignoring.stream.request()).isEqualTo(new Request.DeltaPage(TS + 4));
  }

  @Test
  void whoFailsIsToldWhatToDo() {
    StreamDriver failing = with(DropHandling.FAIL, driver.offset());
    assertThatThrownBy(() -> failing.deltas(TS + 4, false, row(USERS, NEW, TS + 4)))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("[users]")
        .hasMessageContaining("table.drop.handling=truncate");
  }

  private void listedWithout() {
    driver.deltas(TS + 1, false);
    assertThat(stream.request()).isEqualTo(new Request.Tables());
    stream.listed(List.of(TODOS));
  }

  private static Map.Entry<TableId, List<Long>> entry(long number) {
    return Map.entry(USERS, List.of(number));
  }

  private static SourceOffset stored(StreamDriver of) {
    return SourceOffsetCodec.decode(SourceOffsetCodec.encode(of.offset()));
  }

  private static StreamDriver with(DropHandling handling, SourceOffset stored) {
    return new StreamDriver(
        new StreamSettings(
            table -> true, "filter", SnapshotMode.INITIAL, 25, 10_000, true, handling, INTERVAL),
        stored);
  }
}
