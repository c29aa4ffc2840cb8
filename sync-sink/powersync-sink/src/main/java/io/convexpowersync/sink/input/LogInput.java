package io.convexpowersync.sink.input;

import io.convexpowersync.events.InvalidLogRecordException;
import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.sink.log.LogRefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what Kafka Connect delivers into records of the log, or says which setting is wrong. A
 * single record that can never be read goes to the dead letter queue if there is one; without one
 * it stops the task. Not thread-safe.
 */
public final class LogInput {
  private static final Logger LOG = LoggerFactory.getLogger(LogInput.class);

  private final Optional<ErrantRecordReporter> deadLetters;
  private final RegressionWatch regressions;

  /**
   * @param deadLetters takes single bad records; null when none is configured
   */
  public LogInput(ErrantRecordReporter deadLetters, RegressionWatch regressions) {
    this.deadLetters = Optional.ofNullable(deadLetters);
    this.regressions = regressions;
  }

  /**
   * Reads records in their order. Tombstones say nothing and are skipped.
   *
   * @param form what to make of a record and what it was delivered as
   * @throws LogRefusedException when they are not of a Convex log topic, or of the past
   */
  public <T> List<T> read(
      Collection<SinkRecord> records, BiFunction<LogRecord, SinkRecord, T> form) {
    List<T> result = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      Object value = JsonEnvelope.content(record.value());
      if (value != null) {
        read(record, JsonEnvelope.content(record.key()), value)
            .ifPresent(decoded -> result.add(form.apply(decoded, record)));
      }
    }
    return result;
  }

  private Optional<LogRecord> read(SinkRecord record, Object key, Object value) {
    try {
      LogRecord decoded = LogDecoder.decode(key, value);
      regressions.accept(decoded);
      return Optional.of(decoded);
    } catch (InvalidLogRecordException e) {
      Optional<String> setting = RecordShape.wrongSetting(key, value);
      if (setting.isPresent()) {
        throw new LogRefusedException(where(record) + " is not a log record: " + setting.get());
      }
      report(record, e);
      return Optional.empty();
    }
  }

  private void report(SinkRecord record, InvalidLogRecordException reason) {
    LogRefusedException refusal =
        new LogRefusedException(where(record) + " cannot be read: " + reason.getMessage());
    ErrantRecordReporter reporter = deadLetters.orElseThrow(() -> refusal);
    try {
      reporter.report(record, reason).get();
      LOG.warn(
          "{}. It went to the dead letter queue: its commit is published without it",
          refusal.getMessage());
    } catch (ExecutionException e) {
      throw new ConnectException(where(record) + " did not reach the dead letter queue", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while writing to the dead letter queue", e);
    }
  }

  private static String where(SinkRecord record) {
    return "The record in topic "
        + record.originalTopic()
        + ", partition "
        + record.originalKafkaPartition()
        + ", offset "
        + record.originalKafkaOffset();
  }
}
