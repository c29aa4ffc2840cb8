package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.sink.log.BegunSnapshot;
import io.convexpowersync.sink.log.Continuity;
import io.convexpowersync.sink.log.LogBinding;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StoredPlaceCodecTest {
  private static final long TS = 1_785_412_800_123_456_789L;

  @Test
  void keepsEverythingOfAPlaceInTheLogTopic() {
    LogState log =
        new LogState(
            Optional.of(new LogBinding("tidy-otter-7", "app")),
            new Position(TS, 2),
            new Position(TS, 1),
            Optional.of(Position.ofCommit(TS)),
            List.of(
                new BegunSnapshot(
                    new SnapshotId("s1"),
                    new Position(TS, 2),
                    List.of(TableId.root("tasks"), new TableId("waitlist", "entries"))),
                new BegunSnapshot(new SnapshotId("s2"), new Position(TS, 3), List.of())),
            true,
            OptionalLong.of(17),
            new Continuity(Optional.of(Position.ofCommit(TS)), 3, true, false, true, false),
            Map.of(
                TableId.root("tasks"),
                TableStatus.COMPLETE,
                new TableId("waitlist", "entries"),
                TableStatus.PENDING));
    StoredPlace place =
        new StoredPlace(
            log,
            Optional.of(new InputPlace.Topic("app.log", 0, 1L << 40)),
            Map.of("tasks", 7L),
            Map.of("tasks", "kd7"));
    assertThat(StoredPlaceCodec.decode(StoredPlaceCodec.encode(place))).isEqualTo(place);
  }

  @Test
  void keepsTheOffsetOfASourceConnector() {
    StoredPlace place =
        new StoredPlace(
            LogState.EMPTY,
            Optional.of(
                new InputPlace.SourceConnector(
                    Map.of("v", 1, "ts", Long.toString(TS), "mode", "deltas"))),
            Map.of(),
            Map.of());
    assertThat(StoredPlaceCodec.decode(StoredPlaceCodec.encode(place))).isEqualTo(place);
  }

  @Test
  void theStartHasNothing() {
    assertThat(StoredPlaceCodec.decode(StoredPlaceCodec.encode(StoredPlace.START)))
        .isEqualTo(StoredPlace.START);
  }

  @Test
  void refusesWhatANewerVersionWrote() {
    assertThatThrownBy(() -> StoredPlaceCodec.decode("{\"v\":2}"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("its format is 2");
  }

  @Test
  void refusesWhatIsNotAPlace() {
    assertThatThrownBy(() -> StoredPlaceCodec.decode("nonsense"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be read");
  }
}
