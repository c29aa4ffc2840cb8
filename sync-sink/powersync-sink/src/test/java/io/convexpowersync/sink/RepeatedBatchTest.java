package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepeatedBatchTest {
  private static final LogRecord RECORD =
      new LogRecord(
          new LogOrigin("tidy-otter-7", "app", "test"),
          new Change.Delete(Position.ofCommit(1), TableId.root("a"), "d1"));

  private final List<PlacedRecord> records = List.of(at(5), at(6), at(8));
  private final RepeatedBatch batch = new RepeatedBatch();

  @Test
  void leavesOutWhatIsDurableOfRecordsThatAreGivenAgain() {
    assertThat(batch.rest(records, place(5))).isEqualTo(records);
    assertThat(batch.rest(records, place(7))).containsExactly(at(8));
    assertThat(batch.rest(records, place(9))).isEmpty();
  }

  @Test
  void readsRecordsOfPlacesThatWereReachedBefore() {
    assertThat(batch.rest(records, place(7))).isEqualTo(records);
    assertThat(batch.rest(records, place(7))).isEqualTo(records);
  }

  @Test
  void leavesNothingOutWhereNothingIsDurable() {
    batch.rest(records, place(5));
    assertThat(batch.rest(records, Optional.empty())).isEqualTo(records);
  }

  @Test
  void leavesNothingOutForAnotherStream() {
    batch.rest(records, place(5));
    batch.forget();
    assertThat(batch.rest(records, place(7))).isEqualTo(records);
  }

  @Test
  void manyRecordsHaveOnePlaceWhereAConnectorIsRead() {
    InputPlace one = new InputPlace.SourceConnector(Map.of("ts", "1"));
    InputPlace two = new InputPlace.SourceConnector(Map.of("ts", "2"));
    List<PlacedRecord> commit =
        List.of(
            new PlacedRecord(RECORD, one),
            new PlacedRecord(RECORD, one),
            new PlacedRecord(RECORD, two));
    batch.rest(commit, Optional.of(one));
    assertThat(batch.rest(commit, Optional.of(one))).isEqualTo(commit);
  }

  private static Optional<InputPlace> place(long nextOffset) {
    return Optional.of(new InputPlace.Topic("app.log", 0, nextOffset));
  }

  private static PlacedRecord at(long offset) {
    return new PlacedRecord(RECORD, new InputPlace.Topic("app.log", 0, offset + 1));
  }
}
