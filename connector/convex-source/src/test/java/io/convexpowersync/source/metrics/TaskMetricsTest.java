package io.convexpowersync.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.source.TestLog;
import io.convexpowersync.source.stream.ManualClock;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

final class TaskMetricsTest {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private final ManualClock clock = new ManualClock();

  @Test
  void theNextTaskTakesTheNamesOverWhenTheyAreFree() throws JMException {
    try (TaskMetrics first = metrics(1);
        TaskMetrics second = metrics(2)) {
      first.show();
      second.show();
      assertThat(tooLarge()).isEqualTo(1L);
      first.close();
      clock.advance(10_000);
      second.show();
      assertThat(tooLarge()).isEqualTo(2L);
    }
    assertThat(SERVER.isRegistered(name())).isFalse();
  }

  @Test
  void aTaskThatHasEndedShowsNothingMore() throws JMException {
    TaskMetrics metrics = metrics(1);
    metrics.close();
    metrics.show();
    assertThat(SERVER.isRegistered(name())).isFalse();
  }

  @Test
  void aTaskThatSharesItsNamesWaitsForThemSilently() throws Exception {
    try (TaskMetrics first = metrics("shared", 1, true);
        TaskMetrics second = metrics("shared", 2, true)) {
      first.show();
      second.show();
      first.close();
      clock.advance(10_000);
      second.show();
      assertThat(SERVER.getAttribute(name("shared"), "NumberOfRecordsTooLarge")).isEqualTo(2L);
    }
    assertThat(TestLog.lines("The metrics of shared cannot be shown")).isEmpty();
  }

  @Test
  void aPrefixThatAnotherConnectorHasIsSaid() throws Exception {
    try (TaskMetrics first = metrics("twice", 1, false);
        TaskMetrics second = metrics("twice", 2, false)) {
      first.show();
      second.show();
    }
    assertThat(TestLog.lines("The metrics of twice cannot be shown")).hasSize(1);
  }

  private TaskMetrics metrics(long tooLarge) {
    return metrics("take-over", tooLarge, false);
  }

  private TaskMetrics metrics(String prefix, long tooLarge, boolean shared) {
    Gauges gauges = new Gauges(() -> tooLarge, () -> false);
    return new TaskMetrics(
        new MetricsNames(prefix, shared), clock, new RequestHealth(clock), gauges);
  }

  private static Object tooLarge() throws JMException {
    return SERVER.getAttribute(name(), "NumberOfRecordsTooLarge");
  }

  private static ObjectName name() throws JMException {
    return name("take-over");
  }

  private static ObjectName name(String prefix) throws JMException {
    return new ObjectName(
        "debezium.convex:type=connector-metrics,context=streaming,server=" + prefix);
  }
}
