package io.convexpowersync.source.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.TableId;
import io.convexpowersync.source.TestLog;
import io.convexpowersync.source.notifications.NotificationSettings;
import io.convexpowersync.source.notifications.Notifications;
import io.convexpowersync.source.stream.ManualClock;
import io.convexpowersync.source.stream.SnapshotCommand;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals in the forms that Debezium's users write. */
final class SignalReaderTest {
  private final String name = UUID.randomUUID().toString();
  private final SignalReader reader =
      new SignalReader(
          name,
          () -> "17",
          new Notifications(
              new NotificationSettings(name, true, Optional.empty()),
              new ManualClock(),
              () -> "n1"));

  @Test
  void asksForASnapshotOfTablesByExpressions() {
    SnapshotCommand.Take take =
        (SnapshotCommand.Take)
            read("""
                    {"id": "s1", "type": "execute-snapshot", "data":
                      {"type": "blocking", "data-collections": ["todo_.*", " waitlist/signups "]}}""")
                .orElseThrow();
    assertThat(
            Stream.of("todo_lists", "TODO_items", "waitlist/signups", "signups", "old_todo_lists")
                .map(TableId::parse)
                .filter(take.tables()))
        .extracting(TableId::toString)
        .containsExactly("todo_lists", "TODO_items", "waitlist/signups");
  }

  @Test
  void takesDataAsAnObjectAndAsItsText() {
    assertThat(read("{\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\".*\"]}}"))
        .isPresent();
    assertThat(
            read(
                "{\"type\":\"execute-snapshot\","
                    + "\"data\":\"{\\\"data-collections\\\":[\\\".*\\\"]}\"}"))
        .isPresent();
  }

  @Test
  void takesAnIncrementalSnapshotForABlockingOne() {
    assertThat(
            read(
                "{\"type\":\"execute-snapshot\","
                    + "\"data\":{\"type\":\"INCREMENTAL\",\"data-collections\":[\"users\"]}}"))
        .isPresent();
  }

  @Test
  void asksForTheEndOfASnapshot() {
    assertThat(read("{\"id\":\"s2\",\"type\":\"stop-snapshot\",\"data\":{}}"))
        .contains(new SnapshotCommand.Stop());
    assertThat(read("{\"id\":\"s2\",\"type\":\"stop-snapshot\"}"))
        .contains(new SnapshotCommand.Stop());
  }

  @Test
  void writesALineWithThePosition() throws IOException {
    String log = "{\"id\":\"s3\",\"type\":\"log\",\"data\":{\"message\":\"We are at {}\"}}";
    assertThat(read(log)).isEmpty();
    assertThat(TestLog.lines(name).get(0)).contains(" INFO ").endsWith(name + ": We are at 17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          words | A signal is a JSON object with id, type and data
          [] | A signal is a JSON object with id, type and data
          {"id":"s"} | A signal needs a type, such as execute-snapshot
          {"type":"log","data":"words"} | data is the text of a JSON object
          {"type":"log","data":[1]} | data is a JSON object, or its text
          {"type":"log","data":{}} | message is missing
          {"type":"pause-snapshot"} | This connector does not know the type
          {"type":"execute-snapshot"} | data-collections is missing
          {"type":"execute-snapshot","data":{"data-collections":[]}} | data-collections is missing
          {"type":"execute-snapshot","data":{"data-collections":"users"}} | data-collections is a list
          {"type":"execute-snapshot","data":{"data-collections":[7]}} | a list of texts
          {"type":"execute-snapshot","data":{"data-collections":["["]}} | no regular expression
          {"type":"execute-snapshot","data":{"data-collections":["a"],"type":"partial"}} | blocking or incremental
          {"type":"execute-snapshot","data":{"data-collections":["a"],"additional-conditions":[{}]}} | cannot be obeyed
          {"type":"stop-snapshot","data":{"data-collections":["a"]}} | stopped as a whole
          """)
  void refusesWhatItCannotDoAndSaysWhy(String signal, String why) throws IOException {
    assertThat(read(signal)).isEmpty();
    assertThat(TestLog.lines(name).get(0)).contains(" WARN ", "is refused", why);
    assertThat(TestLog.lines(name).get(1))
        .contains("[Notification Service]", "aggregateType='Signal', type='REFUSED'", why);
  }

  private Optional<SnapshotCommand> read(String text) {
    return reader.read("a test", text);
  }
}
