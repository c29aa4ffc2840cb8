package io.convexpowersync.source.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.HeartbeatRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Which record carries which offset, and which time. */
final class BatchTest {
  private static final long NOW_MS = 1_785_412_800_000L;
  private static final long HOUR_MS = 3_600_000;
  private static final Map<String, Object> START = Map.of("ts", "0");
  private static final Map<String, Object> FIRST = Map.of("ts", "1");
  private static final Map<String, Object> SECOND = Map.of("ts", "2");

  private final Batch batch = new Batch(Map.of("deployment", "crm"), START, NOW_MS);

  @Test
  void onlyTheLastRecordBeforeAnOffsetCarriesIt() {
    batch.add(drafts(2));
    batch.reached(FIRST);
    batch.add(drafts(2));
    batch.reached(SECOND);
    assertThat(offsets()).containsExactly(START, FIRST, FIRST, SECOND);
  }

  @Test
  void anOffsetThatNoRecordLeadsToIsCarriedByTheRecordBefore() {
    batch.add(drafts(1));
    batch.reached(FIRST);
    batch.reached(SECOND);
    assertThat(offsets()).containsExactly(SECOND);
  }

  @Test
  void withoutAnyRecordTheNextBatchCarriesIt() {
    batch.reached(FIRST);
    assertThat(offsets()).isEmpty();
    assertThat(batch.offset()).isEqualTo(FIRST);
    batch.add(drafts(2));
    batch.reached(SECOND);
    assertThat(offsets()).containsExactly(FIRST, SECOND);
  }

  @Test
  void aTransactionEndsBehindWhatWasAddedSoFar() {
    batch.transactionEnd();
    batch.add(drafts(2));
    batch.transactionEnd();
    batch.transactionEnd();
    batch.add(drafts(1));
    List<SourceRecord> ends = new ArrayList<>();
    List<SourceRecord> records = batch.records(ends::add);
    assertThat(ends).hasSize(1);
    assertThat(ends.get(0)).isSameAs(records.get(1));
  }

  @Test
  void aTimeThatBrokersWouldRefuseBecomesNow() {
    List<Long> commits = List.of(NOW_MS - 20 * HOUR_MS, NOW_MS + 60_000, NOW_MS + HOUR_MS);
    commits.forEach(ms -> batch.add(List.of(draft(ms))));
    assertThat(batch.records(end -> {}))
        .extracting(SourceRecord::timestamp)
        .containsExactly(commits.get(0), commits.get(1), NOW_MS);
  }

  private List<Map<String, ?>> offsets() {
    List<Map<String, ?>> offsets = new ArrayList<>();
    batch.records(end -> {}).forEach(record -> offsets.add(record.sourceOffset()));
    return offsets;
  }

  private static List<Draft> drafts(int count) {
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drafts.add(draft(i));
    }
    return drafts;
  }

  private static Draft draft(long ms) {
    return Draft.of("t", 0, HeartbeatRecord.key("crm"), HeartbeatRecord.value(ms), ms);
  }
}
