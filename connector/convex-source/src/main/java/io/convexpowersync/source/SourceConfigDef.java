package io.convexpowersync.source;

import io.convexpowersync.client.ConvexException;
import io.convexpowersync.client.DeployKey;
import io.convexpowersync.client.DeploymentUrl;
import io.convexpowersync.events.TopicNames;
import io.convexpowersync.source.stream.DropHandling;
import io.convexpowersync.source.stream.SnapshotMode;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The keys of the connector's configuration. */
final class SourceConfigDef {
  static final String DEPLOYMENT_URL = "deployment.url";
  static final String DEPLOY_KEY = "deploy.key";
  static final String TOPIC_PREFIX = "topic.prefix";
  static final String TABLE_INCLUDE_LIST = "table.include.list";
  static final String TABLE_EXCLUDE_LIST = "table.exclude.list";
  static final String COLUMN_EXCLUDE_LIST = "column.exclude.list";
  static final String SNAPSHOT_MODE = "snapshot.mode";
  static final String TABLE_DROP_HANDLING = "table.drop.handling";
  static final String TABLE_DROP_CHECK_INTERVAL_MS = "table.drop.check.interval.ms";
  static final String WATCHDOG_TIMEOUT_MS = "watchdog.timeout.ms";
  static final String TABLE_TOPICS = "table.topics";
  static final String LOG_TOPIC = "log.topic";
  static final String TOMBSTONES_ON_DELETE = "tombstones.on.delete";
  static final String POLL_INTERVAL_MS = "poll.interval.ms";
  static final String RESOLVED_INTERVAL_MS = "resolved.interval.ms";
  static final String HEARTBEAT_INTERVAL_MS = "heartbeat.interval.ms";
  static final String MAX_BATCH_BYTES = "max.batch.bytes";
  static final String REQUEST_TIMEOUT_MS = "request.timeout.ms";
  static final String RETENTION_MS = "deployment.retention.ms";
  static final String RETRY_TIMEOUT_MS = "retry.timeout.ms";
  static final String RETRY_FIRST_PAUSE_MS = "retry.backoff.ms";
  static final String RETRY_LONGEST_PAUSE_MS = "retry.backoff.max.ms";

  private static final List<ConfigKey> DEPLOYMENT_KEYS =
      List.of(
          ConfigKey.required(
                  DEPLOYMENT_URL,
                  Type.STRING,
                  "Deployment URL",
                  """
                Address of the Convex deployment: scheme, host and port, such as
                https://happy-otter-123.convex.cloud or http://127.0.0.1:3210. Not the address
                of HTTP actions (.convex.site, port 3211).""")
              .validatedBy(checked(value -> DeploymentUrl.parse((String) value))),
          ConfigKey.required(
                  DEPLOY_KEY,
                  Type.PASSWORD,
                  "Deploy key",
                  """
                Key of the deployment: prod:<deployment>|<secret>, or <instance>|<secret> of a
                self-hosted backend. It needs the permission to view data, and no more. Never
                logged.""")
              .validatedBy(checked(value -> DeployKey.parse(((Password) value).value()))),
          ConfigKey.required(
                  TOPIC_PREFIX,
                  Type.STRING,
                  "Topic prefix",
                  """
                Name of this source. All its topics start with it, and its offsets are stored
                under it, so it must be unique and must not change. Letters, digits, '.', '_'
                and '-'.""")
              .validatedBy(checked(value -> new TopicNames((String) value))));

  private static final List<ConfigKey> TABLE_KEYS =
      List.of(
          ConfigKey.optional(
                  TABLE_INCLUDE_LIST,
                  Type.STRING,
                  "",
                  "Included tables",
                  """
                Comma-separated regular expressions; tables that match one are captured. Each
                one is compared with the whole name, without regard to case: table in the root
                app, component/table in a component. Empty: all tables. A table that matches
                later is added with a snapshot of its own.""")
              .validatedBy(expressions("users|todo_.*, waitlist/signups")),
          ConfigKey.optional(
                  TABLE_EXCLUDE_LIST,
                  Type.STRING,
                  "",
                  "Excluded tables",
                  """
                Comma-separated regular expressions, as in table.include.list; tables that match
                one are not captured. Only one of the two lists may be given.""")
              .validatedBy(expressions("users|todo_.*, waitlist/signups")),
          ConfigKey.optional(
                  COLUMN_EXCLUDE_LIST,
                  Type.STRING,
                  "",
                  "Excluded columns",
                  """
                Comma-separated regular expressions; top-level fields of documents that match
                one never leave the connector, in no topic. Each one is compared with the whole
                name, without regard to case: table.field in the root app, component/table.field
                in a component. Convex is asked not to send them either, once their names are
                known. _id always stays. Records that were written before are not changed.""")
              .validatedBy(columnExpressions()),
          ConfigKey.optional(
                  TABLE_DROP_HANDLING,
                  Type.STRING,
                  DropHandling.TRUNCATE.text(),
                  "Dropped tables",
                  """
                What to do about a captured table that was dropped, or dropped and created again,
                of which Convex's log says nothing. truncate: tell consumers that it is empty.
                ignore: let them keep it. fail: end the task.""")
              .validatedBy(
                  ConfigDef.CaseInsensitiveValidString.in(
                      DropHandling.texts().toArray(String[]::new))),
          ConfigKey.optional(
                  TABLE_DROP_CHECK_INTERVAL_MS,
                  Type.LONG,
                  30_000L,
                  "Dropped tables: check interval (ms)",
                  """
                Time between two listings of the deployment's tables, while anything changes
                there. A table that two of them lack counts as dropped. Listing costs a busy
                deployment some work.""")
              .validatedBy(Range.atLeast(1)),
          ConfigKey.optional(
                  SNAPSHOT_MODE,
                  Type.STRING,
                  SnapshotMode.INITIAL.text(),
                  "Snapshot mode",
                  """
                When tables are read as a whole. initial: once, before the log is followed.
                initial_only: once, and the log is not followed. no_data: never; only changes
                from now on. when_needed: like initial, and again when the deployment no longer
                keeps its log from the stored position on. always: at every start of the task.""")
              .oneOf(SnapshotMode.texts()));

  private static final List<ConfigKey> PACE_KEYS =
      List.of(
          ConfigKey.optional(
                  WATCHDOG_TIMEOUT_MS,
                  Type.LONG,
                  900_000L,
                  "Watchdog timeout (ms)",
                  """
                How long a request may neither be answered nor fail, before the task fails. More
                than request.timeout.ms, which ends a request that brings nothing at all.""")
              .validatedBy(Range.atLeast(1)),
          ConfigKey.optional(
                  POLL_INTERVAL_MS,
                  Type.LONG,
                  1000L,
                  "Poll interval (ms)",
                  """
                Time between two requests to an idle deployment. Shorter for some time after a
                change, and none while there is more to read.""")
              .validatedBy(Range.atLeast(10)),
          ConfigKey.optional(
                  RESOLVED_INTERVAL_MS,
                  Type.LONG,
                  25L,
                  "Resolved interval (ms)",
                  """
                Shortest time between two resolved markers in the log topic while data moves; 0:
                one after every batch. Consumers publish at markers.""")
              .validatedBy(Range.atLeast(0)),
          ConfigKey.optional(
                  HEARTBEAT_INTERVAL_MS,
                  Type.LONG,
                  10_000L,
                  "Heartbeat interval (ms)",
                  """
                Time between two resolved markers, or records in __debezium-heartbeat.<prefix>,
                of a deployment whose captured tables are quiet. They keep the stored offset
                young.""")
              .validatedBy(Range.atLeast(1)),
          ConfigKey.optional(
                  MAX_BATCH_BYTES,
                  Type.LONG,
                  4L * 1024 * 1024,
                  "Largest batch (bytes)",
                  """
                Documents beyond this size wait for the next poll. A commit is never split, so a
                larger one (Convex allows 16 MiB) makes a larger batch.""")
              .validatedBy(Range.atLeast(1)),
          ConfigKey.optional(
                  REQUEST_TIMEOUT_MS,
                  Type.INT,
                  300_000,
                  "Request timeout (ms)",
                  """
                Longest time without any byte of an answer. Building a snapshot page may take
                minutes; Convex itself gives up after 300 s.""")
              .validatedBy(Range.atLeast(1)),
          ConfigKey.optional(
                  RETENTION_MS,
                  Type.LONG,
                  172_800_000L,
                  "Retention of the deployment (ms)",
                  """
                How long the deployment keeps its log (DOCUMENT_RETENTION_DELAY; 2 days in a stock
                self-hosted backend). Only for a warning: when the position of a task that is
                behind is older than half of it.""")
              .validatedBy(Range.atLeast(1)),
          ConfigKey.optional(
                  RETRY_TIMEOUT_MS,
                  Type.LONG,
                  600_000L,
                  "Retry timeout (ms)",
                  """
                How long errors that may pass (network, overload, restarts) are retried, with
                growing pauses, before the task fails.""")
              .validatedBy(Range.atLeast(0)),
          ConfigKey.optional(
                  RETRY_FIRST_PAUSE_MS,
                  Type.LONG,
                  250L,
                  "First pause between retries (ms)",
                  """
                Pause after the first failure of a request. It doubles with every further one,
                less up to a half by chance; a longer wait that the deployment asks for
                (Retry-After) is kept.""")
              .validatedBy(Range.between(1, 600_000)),
          ConfigKey.optional(
                  RETRY_LONGEST_PAUSE_MS,
                  Type.LONG,
                  30_000L,
                  "Longest pause between retries (ms)",
                  "Where the doubling of the pauses between retries ends.")
              .validatedBy(Range.between(1, 3_600_000)));

  static ConfigDef create() {
    ConfigDef def = new ConfigDef();
    define(def, "Deployment", DEPLOYMENT_KEYS);
    define(def, "Tables", TABLE_KEYS);
    define(def, "Output", OutputKeys.ALL);
    define(def, "Pace and limits", PACE_KEYS);
    define(def, "Signals and notifications", ChannelKeys.ALL);
    return def;
  }

  private static void define(ConfigDef def, String group, List<ConfigKey> keys) {
    for (int i = 0; i < keys.size(); i++) {
      keys.get(i).define(def, group, i + 1);
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

  private static ConfigDef.Validator expressions(String example) {
    return (name, value) -> {
      try {
        TableFilter.patterns((String) value);
      } catch (PatternSyntaxException e) {
        throw new ConfigException(
            name,
            value,
            "not a list of regular expressions (%s). Example: %s"
                .formatted(e.getDescription().toLowerCase(Locale.ROOT), example));
      }
    };
  }

  private static ConfigDef.Validator columnExpressions() {
    String example = "users\\.password.*, waitlist/signups\\.email";
    return (name, value) -> {
      expressions(example).ensureValid(name, value);
      for (Pattern expression : TableFilter.patterns((String) value)) {
        if (!expression.pattern().contains(".")) {
          throw new ConfigException(
              name,
              value,
              "'%s' names no table: a field is table.field. Example: %s"
                  .formatted(expression, example));
        }
      }
    };
  }

  private SourceConfigDef() {}
}
