package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The key's secret and the documents appear in no log at TRACE, no exception, no metric, no
 * notification and no text of a configuration. Whatever is shown is collected, and searched at the
 * end.
 */
final class SecretsTest {
  private static final Path LOG = Path.of("target", "test-log.txt");
  private static final String CONTENT = "the-content-of-a-document";
  private static final String PASSWORD = "the-password-of-a-broker";

  private final StringWriter shown = new StringWriter();
  private final PrintWriter out = new PrintWriter(shown, true);
  private final Logger okhttp = Logger.getLogger("okhttp3");
  private final Handler handler = new Collector();
  private ConvexEmulator emulator;
  private Map<String, String> properties;

  /** What OkHttp logs. */
  private final class Collector extends Handler {
    @Override
    public void publish(LogRecord record) {
      out.println(record.getMessage() + Arrays.toString(record.getParameters()));
    }

    @Override
    public void flush() {
      out.flush();
    }

    @Override
    public void close() {
      out.flush();
    }
  }

  @BeforeEach
  void start() throws IOException {
    okhttp.setLevel(Level.ALL);
    okhttp.setUseParentHandlers(false);
    okhttp.addHandler(handler);
    emulator = ConvexEmulator.start();
    insert();
    properties = TaskHarness.logOnly(emulator);
    properties.put("table.topics", "true");
    properties.put("retry.timeout.ms", "30");
    properties.put("retry.backoff.ms", "1");
    properties.put("notification.enabled.channels", "log");
    properties.put("signal.data.collection", "users");
  }

  @AfterEach
  void searchWhatWasShown() throws IOException {
    okhttp.removeHandler(handler);
    emulator.close();
    String key = emulator.adminKey();
    String secret = key.substring(key.indexOf('|') + 1);
    assertThat(Files.readString(LOG))
        .isNotEmpty()
        .doesNotContain(secret, secret.substring(0, 12), CONTENT, PASSWORD);
    assertThat(shown.toString())
        .isNotBlank()
        .doesNotContain(secret, secret.substring(0, 12), CONTENT, PASSWORD);
  }

  @Test
  void aTaskThatWorks() throws JMException {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      insert();
      task.pollTo(emulator.head());
      assertThat(task.records()).isNotEmpty();
      showMetrics();
    }
  }

  @Test
  void aTaskThatFailsInEveryWayWhileTheServerRepeatsTheKey() {
    for (Fault fault : faults()) {
      emulator.faults(request -> Fault.NONE);
      try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
        emulator.faults(request -> fault);
        show(() -> task.pollTo(Long.MAX_VALUE));
        showMetrics();
      } catch (JMException e) {
        throw new IllegalStateException(e);
      }
    }
    assertThat(shown.toString()).contains("HTTP 401", "HTTP 503", "Gave up after");
  }

  private List<Fault> faults() {
    String key = emulator.adminKey();
    String error = "{\"code\":\"%s\",\"message\":\"" + key + "\"}";
    return List.of(
        Fault.status(400, error.formatted("BadQueryArgs")),
        Fault.status(400, error.formatted("InvalidWindowToReadDocuments")),
        Fault.status(401, error.formatted("BadAdminKey")),
        Fault.status(403, error.formatted("OperationNotPermitted")),
        Fault.status(404, key),
        Fault.status(409, key),
        Fault.status(429, error.formatted("TooManyConcurrentRequests")),
        Fault.status(500, key),
        Fault.status(503, error.formatted("InternalServerError")),
        Fault.status(503, error.formatted(key.substring(key.indexOf('|') + 1))),
        Fault.status(200, "{\"values\":[" + key),
        Fault.status(200, "\"" + key + "\""));
  }

  @Test
  void aServerThatRepeatsTheKeyWhereNobodyExpectsIt() throws IOException {
    String key = emulator.adminKey();
    List<StubServer.Reply> replies =
        List.of(
            (path, to) ->
                StubServer.answer(to, 302, "Location: https://a.test/" + key + "\r\n", ""),
            (path, to) -> StubServer.answer(to, 200, "Content-Type: " + key + "\r\n", key),
            (path, to) -> to.write(("HTTP/1.1 401 " + key + "\r\n\r\n").getBytes()),
            (path, to) -> to.write((key + "\r\n\r\n").getBytes()));
    for (StubServer.Reply reply : replies) {
      try (StubServer server = new StubServer(reply)) {
        properties.put("deployment.url", server.url());
        showValidation();
        try (TaskHarness task = TaskHarness.start(properties)) {
          show(() -> task.pollTo(Long.MAX_VALUE));
        }
      }
    }
  }

  @Test
  void validation() {
    showValidation();
    for (Fault fault : faults()) {
      emulator.faults(request -> fault);
      showValidation();
    }
  }

  @Test
  void keysInTheWrongPlaces() {
    String key = emulator.adminKey();
    for (String wrong : List.of("deployment.url", "topic.prefix")) {
      properties.put(wrong, key.substring(key.indexOf('|') + 1) + "/x|y");
      showErrors();
    }
    properties.putAll(TaskHarness.logOnly(emulator));
    properties.put("deploy.key", key.replace("|", ""));
    showErrors();
    show(() -> TaskHarness.start(properties));
    properties.put("deploy.key", key + " ");
    show(() -> out.println(new SourceConfig(properties).client()));
  }

  @Test
  void texts() {
    ConvexSourceConnector connector = new ConvexSourceConnector();
    connector.start(properties);
    SourceConfig config = new SourceConfig(properties);
    out.println(config + " " + config.client() + " " + config.client().key() + " " + connector);
    out.println(SourceConfigDef.create().parse(properties));
    out.println(config.notifications() + " " + new SourceConfig(withKafka()).signalTopic());
  }

  @Test
  void aConsumerOfSignalsWithAPassword() {
    try (TaskHarness task = TaskHarness.start(withKafka()).pollTo(emulator.head())) {
      insert();
      task.pollTo(emulator.head());
      out.println(task.records().size() + " records");
    }
  }

  private Map<String, String> withKafka() {
    properties.put("signal.enabled.channels", "kafka");
    properties.put("signal.kafka.bootstrap.servers", "127.0.0.1:1");
    properties.put("signal.consumer.default.api.timeout.ms", "100");
    properties.put("signal.consumer.security.protocol", "SASL_PLAINTEXT");
    properties.put("signal.consumer.sasl.mechanism", "PLAIN");
    properties.put(
        "signal.consumer.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\""
            + PASSWORD
            + "\";");
    return properties;
  }

  private void showErrors() {
    new ConvexSourceConnector()
        .validate(properties)
        .configValues()
        .forEach(value -> out.println(value.name() + value.errorMessages()));
  }

  private void showValidation() {
    for (ConfigValue value : new ConvexSourceConnector().validate(properties).configValues()) {
      out.println(value);
    }
  }

  private void show(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | AssertionError e) {
      e.printStackTrace(out);
    }
  }

  private void showMetrics() throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    for (ObjectName name : server.queryNames(new ObjectName("debezium.convex:*"), null)) {
      for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
        Object value = server.getAttribute(name, attribute.getName());
        out.println(value instanceof Object[] many ? Arrays.toString(many) : value);
      }
    }
  }

  private void insert() {
    emulator.commit(
        tx -> tx.insert(TablePath.root("users"), "{\"text\":\"%s\"}".formatted(CONTENT)));
  }
}
