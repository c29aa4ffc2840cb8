package io.convexpowersync.source;

import io.convexpowersync.client.ConvexException;
import io.convexpowersync.client.DeployKey;
import io.convexpowersync.client.DeploymentUrl;
import io.convexpowersync.events.TopicNames;
import io.convexpowersync.source.stream.SnapshotMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The keys of the connector's configuration. */
final class SourceConfigDef {
  static final String DEPLOYMENT_URL = "deployment.url";
  static final String DEPLOY_KEY = "deploy.key";
  static final String TOPIC_PREFIX = "topic.prefix";
  static final String TABLE_INCLUDE_LIST = "table.include.list";
  static final String TABLE_EXCLUDE_LIST = "table.exclude.list";
  static final String SNAPSHOT_MODE = "snapshot.mode";
  static final String TABLE_TOPICS = "table.topics";
  static final String LOG_TOPIC = "log.topic";
  static final String TOMBSTONES_ON_DELETE = "tombstones.on.delete";
  static final String POLL_INTERVAL_MS = "poll.interval.ms";
  static final String RESOLVED_INTERVAL_MS = "resolved.interval.ms";
  static final String HEARTBEAT_INTERVAL_MS = "heartbeat.interval.ms";
  static final String MAX_BATCH_BYTES = "max.batch.bytes";
  static final String REQUEST_TIMEOUT_MS = "request.timeout.ms";
  static final String RETRY_TIMEOUT_MS = "retry.timeout.ms";

  private static final String DEPLOYMENT = "Deployment";
  private static final String TABLES = "Tables";
  private static final String OUTPUT = "Output";
  private static final String PACE = "Pace and limits";

  private final ConfigDef def = new ConfigDef();
  private String group;
  private int order;

  static ConfigDef create() {
    SourceConfigDef keys = new SourceConfigDef();
    keys.deployment();
    keys.tables();
    keys.output();
    keys.pace();
    return keys.def;
  }

  private void deployment() {
    group(DEPLOYMENT);
    required(
        DEPLOYMENT_URL,
        Type.STRING,
        checked(value -> DeploymentUrl.parse((String) value)),
        "Deployment URL",
        "Address of the Convex deployment: scheme, host and port, such as"
            + " https://happy-otter-123.convex.cloud or http://127.0.0.1:3210. Not the address of"
            + " HTTP actions (.convex.site, port 3211).");
    required(
        DEPLOY_KEY,
        Type.PASSWORD,
        checked(value -> DeployKey.parse(((Password) value).value())),
        "Deploy key",
        "Key of the deployment: prod:<deployment>|<secret>, or <instance>|<secret> of a self-hosted"
            + " backend. It needs the permission to view data, and no more. Never logged.");
    required(
        TOPIC_PREFIX,
        Type.STRING,
        checked(value -> new TopicNames((String) value)),
        "Topic prefix",
        "Name of this source. All its topics start with it, and its offsets are stored under it, so"
            + " it must be unique and must not change. Letters, digits, '.', '_' and '-'.");
  }

  private void tables() {
    group(TABLES);
    optional(
        TABLE_INCLUDE_LIST,
        Type.STRING,
        "",
        expressions(),
        "Included tables",
        "Comma-separated regular expressions; tables that match one are captured. Each one is"
            + " compared with the whole name, without regard to case: table in the root app,"
            + " component/table in a component. Empty: all tables. A table that matches later is"
            + " added with a snapshot of its own.");
    optional(
        TABLE_EXCLUDE_LIST,
        Type.STRING,
        "",
        expressions(),
        "Excluded tables",
        "Comma-separated regular expressions, as in table.include.list; tables that match one are"
            + " not captured. Only one of the two lists may be given.");
    optional(
        SNAPSHOT_MODE,
        Type.STRING,
        SnapshotMode.INITIAL.text(),
        ConfigDef.CaseInsensitiveValidString.in(SnapshotMode.texts().toArray(String[]::new)),
        "Snapshot mode",
        "When tables are read as a whole. initial: once, before the log is followed. initial_only:"
            + " once, and the log is not followed. no_data: never; only changes from now on."
            + " when_needed: like initial, and again when the deployment no longer keeps its log"
            + " from the stored position on. always: at every start of the task.");
  }

  private void output() {
    group(OUTPUT);
    optional(
        TABLE_TOPICS,
        Type.BOOLEAN,
        true,
        null,
        "Table topics",
        "Whether every table has a topic <prefix>.<component>.<table> with its changes in"
            + " Debezium's envelope; the root app's component is called app.");
    optional(
        LOG_TOPIC,
        Type.BOOLEAN,
        false,
        null,
        "Log topic",
        "Whether all changes go, in order and with markers, to the one partition of <prefix>.log,"
            + " which the PowerSync sink reads. Create that topic with 1 partition and"
            + " cleanup.policy=compact, never compact,delete.");
    optional(
        TOMBSTONES_ON_DELETE,
        Type.BOOLEAN,
        true,
        null,
        "Tombstones on delete",
        "Whether a delete in a table topic is followed by a record without a value, which lets"
            + " Kafka's compaction remove the document.");
  }

  private void pace() {
    group(PACE);
    optional(
        POLL_INTERVAL_MS,
        Type.LONG,
        1000L,
        Range.atLeast(10),
        "Poll interval (ms)",
        "Time between two requests to an idle deployment. Shorter for some time after a change, and"
            + " none while there is more to read.");
    optional(
        RESOLVED_INTERVAL_MS,
        Type.LONG,
        25L,
        Range.atLeast(0),
        "Resolved interval (ms)",
        "Shortest time between two resolved markers in the log topic while data moves; 0: one after"
            + " every batch. Consumers publish at markers.");
    optional(
        HEARTBEAT_INTERVAL_MS,
        Type.LONG,
        10_000L,
        Range.atLeast(1),
        "Heartbeat interval (ms)",
        "Time between two resolved markers, or records in __debezium-heartbeat.<prefix>, of a"
            + " deployment whose captured tables are quiet. They keep the stored offset young.");
    optional(
        MAX_BATCH_BYTES,
        Type.LONG,
        4L * 1024 * 1024,
        Range.atLeast(1),
        "Largest batch (bytes)",
        "Documents beyond this size wait for the next poll. A commit is never split, so a larger"
            + " one (Convex allows 16 MiB) makes a larger batch.");
    optional(
        REQUEST_TIMEOUT_MS,
        Type.INT,
        300_000,
        Range.atLeast(1),
        "Request timeout (ms)",
        "Longest time without any byte of an answer. Building a snapshot page may take minutes;"
            + " Convex itself gives up after 300 s.");
    optional(
        RETRY_TIMEOUT_MS,
        Type.LONG,
        600_000L,
        Range.atLeast(0),
        "Retry timeout (ms)",
        "How long errors that may pass (network, overload, restarts) are retried, with growing"
            + " pauses, before the task fails.");
  }

  private void group(String name) {
    group = name;
    order = 0;
  }

  private void required(
      String name, Type type, ConfigDef.Validator validator, String display, String doc) {
    def.define(
        name,
        type,
        ConfigDef.NO_DEFAULT_VALUE,
        validator,
        Importance.HIGH,
        doc,
        group,
        ++order,
        Width.LONG,
        display);
  }

  private void optional(
      String name,
      Type type,
      Object defaultValue,
      ConfigDef.Validator validator,
      String display,
      String doc) {
    def.define(
        name,
        type,
        defaultValue,
        validator,
        Importance.MEDIUM,
        doc,
        group,
        ++order,
        Width.MEDIUM,
        display,
        List.of(),
        new Choices(type, name));
  }

  /** What a user interface may offer. */
  private record Choices(Type type, String key) implements ConfigDef.Recommender {
    @Override
    public List<Object> validValues(String name, Map<String, Object> config) {
      if (key.equals(SNAPSHOT_MODE)) {
        return new ArrayList<>(SnapshotMode.texts());
      }
      return type == Type.BOOLEAN ? List.of(true, false) : List.of();
    }

    @Override
    public boolean visible(String name, Map<String, Object> config) {
      return true;
    }
  }

  /** Runs a parser. Its message does not repeat the value, and neither may this exception. */
  private static ConfigDef.Validator checked(Consumer<Object> parser) {
    return (name, value) -> {
      try {
        // A missing value is reported as missing.
        if (value != null) {
          parser.accept(value);
        }
      } catch (ConvexException | IllegalArgumentException e) {
        throw new ConfigException(name + ": " + e.getMessage());
      }
    };
  }

  private static ConfigDef.Validator expressions() {
    return (name, value) -> {
      try {
        TableFilter.patterns((String) value);
      } catch (PatternSyntaxException e) {
        throw new ConfigException(
            name,
            value,
            "not a list of regular expressions (%s). Example: users|todo_.*, waitlist/signups"
                .formatted(e.getDescription().toLowerCase(Locale.ROOT)));
      }
    };
  }
}
