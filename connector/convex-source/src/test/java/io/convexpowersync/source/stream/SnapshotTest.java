package io.convexpowersync.source.stream;

import static io.convexpowersync.source.stream.StreamDriver.TODOS;
import static io.convexpowersync.source.stream.StreamDriver.TS;
import static io.convexpowersync.source.stream.StreamDriver.USERS;
import static io.convexpowersync.source.stream.StreamDriver.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotCursor;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A stream while it reads tables as a whole. */
final class SnapshotTest {
  private final StreamDriver driver = new StreamDriver(SnapshotMode.INITIAL, null);
  private final ChangeStream stream = driver.stream;

  @Test
  void asksForTheHeadFirst() {
    assertThat(stream.request()).isEqualTo(new Request.Discovery());
    assertThat(stream.take()).isEmpty();
  }

  @Test
  void readsTheCapturedTablesAtTheHead() {
    stream.discovered(
        TS, List.of(USERS, TableId.root("secret"), TableId.POWERSYNC_CHECKPOINTS, TODOS));
    assertThat(stream.request())
        .isEqualTo(new Request.SnapshotPage(TS, Optional.empty(), List.of(TODOS, USERS)));
  }

  @Test
  void aPartOfAPageEndsInAnOffsetInsideIt() {
    stream.discovered(TS, List.of(USERS));
    stream.take();
    stream.snapshotRow(row(USERS, "a", TS - 9));
    stream.snapshotRow(row(USERS, "b", TS - 5));
    stream.snapshotRow(row(USERS, "c", TS - 7));
    List<Emission> part = stream.take();
    assertThat(part).hasSize(2);
    assertThat(cursor(part.get(0))).isEqualTo(SnapshotCursor.START);
    assertThat(cursor(part.get(1)).last()).contains(new SnapshotCursor.Row(USERS, "b"));
    assertThat(cursor(part.get(1)).rows()).isEqualTo(2);
  }

  @Test
  void theLastRowOfAPageCarriesTheNextPage() {
    stream.discovered(TS, List.of(USERS));
    stream.take();
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.of("page2")));
    assertThat(stream.take()).isEmpty();
    assertThat(cursorOf(driver.offset())).isEqualTo(SnapshotCursor.START);
    stream.snapshotRow(row(USERS, "b", TS));
    List<Emission> page = stream.take();
    assertThat(page).hasSize(1);
    assertThat(cursor(page.get(0)))
        .isEqualTo(new SnapshotCursor(Optional.of("page2"), Optional.empty(), 1));
  }

  @Test
  void everyRowKnowsItsPlace() {
    stream.discovered(TS, List.of(TODOS, USERS));
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotRow(row(USERS, "b", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.of("page2")));
    stream.snapshotRow(row(USERS, "c", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.of("page3")));
    stream.snapshotRow(row(TODOS, "d", TS));
    stream.snapshotRow(row(TODOS, "e", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.of("page of an empty table")));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    assertThat(places(stream.take()))
        .containsExactly(
            SnapshotFlag.FIRST,
            SnapshotFlag.TRUE,
            SnapshotFlag.LAST_IN_TABLE,
            SnapshotFlag.TRUE,
            SnapshotFlag.LAST);
    driver.deltas(TS + 1, false, row(USERS, "a", TS + 1));
    assertThat(places(stream.take())).containsExactly(SnapshotFlag.NONE);
  }

  @Test
  void theOnlyRowIsTheLast() {
    stream.discovered(TS, List.of(USERS));
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    assertThat(places(stream.take())).containsExactly(SnapshotFlag.LAST);
  }

  @Test
  void aResumedSnapshotHasNoSecondFirstRow() {
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, inside("page2", "b"));
    for (String id : List.of("a", "b", "c")) {
      resumed.stream.snapshotRow(row(USERS, id, TS));
    }
    resumed.stream.snapshotRow(row(TODOS, "a", TS));
    resumed.stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    assertThat(places(resumed.take()))
        .containsExactly(SnapshotFlag.LAST_IN_TABLE, SnapshotFlag.LAST);
  }

  @Test
  void theRowThatIsHeldBackIsReadAgainAfterACrash() {
    stream.discovered(TS, List.of(USERS));
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotRow(row(USERS, "b", TS));
    assertThat(ids(driver.takeEvents())).containsExactly("a");
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, driver.offset());
    for (String id : List.of("a", "b")) {
      resumed.stream.snapshotRow(row(USERS, id, TS));
    }
    resumed.stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    assertThat(ids(resumed.takeEvents())).containsExactly("b");
  }

  @Test
  void skipsWhatWasWrittenWhenItResumesInsideAPage() {
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, inside("page2", "b"));
    assertThat(resumed.stream.request())
        .isEqualTo(new Request.SnapshotPage(TS, Optional.of("page2"), List.of(USERS)));
    for (String id : List.of("a", "b", "c", "d")) {
      resumed.stream.snapshotRow(row(USERS, id, TS));
    }
    assertThat(ids(resumed.takeEvents())).containsExactly("c");
  }

  @Test
  void goesOnSkippingWhenTheRepeatedPageIsShorter() {
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, inside("page2", "c"));
    resumed.stream.snapshotRow(row(USERS, "a", TS));
    resumed.stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.of("page2a")));
    assertThat(resumed.stream.take()).isEmpty();
    assertThat(cursorOf(resumed.offset()).last()).contains(new SnapshotCursor.Row(USERS, "c"));
    for (String id : List.of("b", "c", "d", "e")) {
      resumed.stream.snapshotRow(row(USERS, id, TS));
    }
    assertThat(ids(resumed.takeEvents())).containsExactly("d");
  }

  @Test
  void skipsNothingOfAnotherTable() {
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, inside("page2", "x"));
    resumed.stream.snapshotRow(row(TODOS, "a", TS));
    resumed.stream.snapshotRow(row(TODOS, "b", TS));
    assertThat(ids(resumed.takeEvents())).containsExactly("a");
  }

  @Test
  void readsABrokenPageAgainFromTheLastRowThatIsReady() {
    stream.discovered(TS, List.of(USERS));
    stream.snapshotRow(row(USERS, "a", TS));
    stream.interrupted();
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotRow(row(USERS, "b", TS));
    stream.snapshotRow(row(USERS, "c", TS));
    assertThat(ids(driver.takeEvents())).containsExactly("a", "b");
  }

  @Test
  void theEndIsWrittenAsOneAndOnlyItsLastMarkerLeavesTheSnapshot() {
    stream.discovered(TS, List.of(TODOS, USERS));
    stream.take();
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    List<Emission> end = stream.take();
    assertThat(end)
        .extracting(e -> e.event().getClass().getSimpleName())
        .containsExactly("Upsert", "SnapshotEnd", "TableChanged", "TableChanged", "Resolved");
    assertThat(end.subList(0, 4))
        .allMatch(e -> e.offset().orElseThrow() instanceof SourceOffset.Snapshotting);
    assertThat(end.get(4).offset().orElseThrow())
        .isInstanceOfSatisfying(
            SourceOffset.Streaming.class,
            streaming -> {
              assertThat(streaming.position()).isEqualTo(end.get(4).event().position());
              assertThat(streaming.capture().tables().values()).containsOnly(TableStatus.COMPLETE);
            });
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS));
  }

  @Test
  void announcesASnapshotAgainOfWhichNothingWasStored() {
    stream.discovered(TS, List.of(USERS));
    List<LogEvent> first = driver.takeEvents();
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, driver.offset());
    assertThat(resumed.takeEvents()).isEqualTo(first);
  }

  @Test
  void anEmptyDeploymentHasAnEmptySnapshotAndNoRequestForEverything() {
    stream.discovered(TS, List.of());
    assertThat(driver.takeEvents())
        .extracting(e -> e.getClass().getSimpleName())
        .containsExactly("SnapshotBegin", "SnapshotEnd", "Resolved");
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS));
  }

  @Test
  void aSnapshotAtTheSameTimestampTakesAHigherNumber() {
    stream.discovered(TS, List.of(USERS));
    Position first = driver.offset().position();
    driver.clock.advance(1);
    StreamDriver again = new StreamDriver(SnapshotMode.INITIAL, null);
    again.clock.advance(1);
    again.stream.discovered(TS, List.of(USERS));
    assertThat(again.offset().position()).isGreaterThan(first);
    assertThat(again.offset().position().ts()).isEqualTo(TS);
  }

  @Test
  void refusesAPageOfAnotherTimestamp() {
    stream.discovered(TS, List.of(USERS));
    assertThatThrownBy(
            () -> stream.snapshotPageEnded(new SnapshotPageEnd(TS + 1, Optional.empty())))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("not at " + TS);
  }

  @Test
  void refusesAWalkThatWouldNeverEnd() {
    StreamDriver resumed = new StreamDriver(SnapshotMode.INITIAL, inside("page2", "a"));
    assertThatThrownBy(
            () -> resumed.stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.of("page2"))))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("page2");
  }

  @Test
  void noMarkerIsDueInASnapshot() {
    stream.discovered(TS, List.of(USERS));
    stream.take();
    driver.clock.advance(1_000_000);
    assertThat(stream.take()).isEmpty();
    assertThat(stream.markerWaitMs()).isEqualTo(Long.MAX_VALUE);
  }

  private SourceOffset inside(String page, String lastId) {
    stream.discovered(TS, List.of(USERS));
    SourceOffset.Snapshotting start = (SourceOffset.Snapshotting) driver.offset();
    return new SourceOffset.Snapshotting(
        start.position(),
        start.snapshot(),
        new SnapshotCursor(
            Optional.of(page), Optional.of(new SnapshotCursor.Row(USERS, lastId)), 10),
        start.capture(),
        Optional.empty());
  }

  private static List<SnapshotFlag> places(List<Emission> emissions) {
    return emissions.stream()
        .filter(emission -> emission.event() instanceof Change)
        .map(Emission::snapshot)
        .toList();
  }

  private static SnapshotCursor cursor(Emission emission) {
    return cursorOf(emission.offset().orElseThrow());
  }

  private static SnapshotCursor cursorOf(SourceOffset offset) {
    return ((SourceOffset.Snapshotting) offset).cursor();
  }

  private static List<String> ids(List<LogEvent> events) {
    return events.stream()
        .filter(event -> !(event instanceof Marker))
        .map(event -> ((Change.Upsert) event).id())
        .toList();
  }
}
