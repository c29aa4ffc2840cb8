package io.convexpowersync.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.OpId;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageOverview;
import io.convexpowersync.storage.StorageOverview.Lease;
import io.convexpowersync.storage.StorageOverview.Requests;
import io.convexpowersync.storage.StreamId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static final long LSN = 1_785_412_800_000_000_123L;
  private static final Instant NOW = Instant.parse("2026-07-30T12:00:05Z");
  private static final String PLACE =
      """
      {"v":1,"log":{"deployment":"tidy-otter-7","name":"app"},
       "highest":{"ts":1785412800000000123,"seq":0},"published":{"ts":1785412800000000123,"seq":0},
       "snapshot_seen":true,"tables":{},
       "kafka":{"topic":"app.log","partition":0,"next_offset":42},"snapshot_rows":{}}
      """;
  private static final String BUILDING =
      """
      {"v":1,"highest":{"ts":1785412700000000000,"seq":1},"published":{"ts":0,"seq":0},
       "snapshots":[{"id":"s1","position":{"ts":1785412700000000000,"seq":1},"tables":["lists"]}],"snapshot_seen":false,"tables":{},
       "kafka":{"topic":"app.log","partition":0,"next_offset":7},
       "snapshot_rows":{"lists":34,"todos":12300}}
      """;

  @Test
  void showsStreamsInAlignedColumns() {
    StorageOverview overview =
        new StorageOverview(
            List.of(
                stream(7, ReplicationStream.State.ACTIVE, Optional.of(new Lsn(LSN)), PLACE),
                stream(8, ReplicationStream.State.PROCESSING, Optional.empty(), BUILDING)),
            new Requests(2, OptionalLong.of(LSN + 1)),
            3 << 20);
    List<String> lines =
        new StatusReport(overview, OptionalLong.of(LSN + 2_500_000_000L), NOW).lines();
    assertThat(String.join("\n", lines))
        .isEqualTo(
            """
            clients see    1785412800000000123 (2026-07-30T12:00:00Z), published 4.0 s ago
            deployment at  1785412802500000123 (2026-07-30T12:00:02.500Z)
            behind it      2.5 s
            waiting        2 write checkpoint request(s), the lowest for 1785412800000000124 (2026-07-30T12:00:00Z)
            storage        3 MiB

            STREAM  STATE       PUBLISHED            READ UP TO                                    GOES ON AT         LEASE
            7       ACTIVE      1785412800000000123  1785412800000000123                           app.log offset 42  'powersync', refreshed 12 s ago
            8       PROCESSING  -                    1785412700000000000/1, snapshot: 12,334 rows  app.log offset 7   'powersync', refreshed 12 s ago""");
  }

  @Test
  void saysWhatItDoesNotKnowAndWhyAStreamStopped() {
    StorageOverview.Stream stopped =
        new StorageOverview.Stream(
            row(7, ReplicationStream.State.PROCESSING, Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("the log has no snapshot"));
    StorageOverview overview =
        new StorageOverview(List.of(stopped), new Requests(0, OptionalLong.empty()), 0);
    assertThat(new StatusReport(overview, OptionalLong.empty(), NOW).lines())
        .contains(
            "clients see    nothing yet",
            "deployment at  it does not answer now",
            "behind it      not known",
            "7       PROCESSING  -          -           -           nobody",
            "stream 7: the log has no snapshot");
  }

  private static StorageOverview.Stream stream(
      int id, ReplicationStream.State state, Optional<Lsn> lsn, String place) {
    return new StorageOverview.Stream(
        row(id, state, lsn),
        Optional.of(place),
        Optional.of(new Lease(Optional.of("powersync"), 12)),
        Optional.of(NOW.minusSeconds(4)),
        Optional.of(NOW),
        Optional.empty());
  }

  private static ReplicationStream row(int id, ReplicationStream.State state, Optional<Lsn> lsn) {
    return new ReplicationStream(
        new StreamId(id),
        state,
        "powersync_" + id,
        2,
        "",
        Optional.empty(),
        lsn.isPresent(),
        lsn.map(at -> new OpId(1)),
        lsn);
  }
}
