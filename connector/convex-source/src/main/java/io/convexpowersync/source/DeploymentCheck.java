package io.convexpowersync.source;

import io.convexpowersync.client.ClientTimeouts;
import io.convexpowersync.client.ConvexException;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.records.TableTopics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a configuration on the deployment, and says which key is at fault. Ends within its
 * deadline, whatever the network does: a look-up of a host name, for one, cannot be interrupted.
 */
final class DeploymentCheck {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentCheck.class);
  private static final ClientTimeouts SHORT = new ClientTimeouts(3_000, 5_000, 8_000);
  private static final long DEADLINE_MS = 20_000;
  private static final int LONGEST_TOPIC = 249;

  private final SourceConfig config;
  private final long deadlineMs;

  DeploymentCheck(SourceConfig config) {
    this(config, DEADLINE_MS);
  }

  DeploymentCheck(SourceConfig config, long deadlineMs) {
    this.config = config;
    this.deadlineMs = deadlineMs;
  }

  /** What is wrong, by configuration key; empty when nothing is. */
  Map<String, String> problems() {
    CompletableFuture<Map<String, String>> result = new CompletableFuture<>();
    try (HttpConvexDeployment deployment =
        new HttpConvexDeployment(config.client().withTimeouts(SHORT))) {
      Thread thread = new Thread(() -> run(deployment, result), "convex-validate");
      thread.setDaemon(true);
      thread.start();
      return result.get(deadlineMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Map.of(
          SourceConfigDef.DEPLOYMENT_URL,
          "Checking %s did not end within %d ms. Check the address, the network, DNS and any proxy."
              .formatted(config.client().url(), deadlineMs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Map.of(SourceConfigDef.DEPLOYMENT_URL, "The check was interrupted. Repeat it.");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void run(HttpConvexDeployment deployment, CompletableFuture<Map<String, String>> result) {
    try {
      result.complete(problems(deployment));
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private Map<String, String> problems(HttpConvexDeployment deployment) {
    try {
      deployment.checkConnection();
      return tableProblems(deployment);
    } catch (ConvexException e) {
      return switch (e.kind()) {
        case UNAUTHORIZED -> Map.of(SourceConfigDef.DEPLOY_KEY, e.getMessage());
        case TRANSIENT, POSITION_DOUBTFUL -> passing(e);
        default -> Map.of(SourceConfigDef.DEPLOYMENT_URL, e.getMessage());
      };
    }
  }

  /** An error with a code comes from a deployment, which is only busy: the task will retry. */
  private static Map<String, String> passing(ConvexException e) {
    if (e.code().isEmpty()) {
      return Map.of(SourceConfigDef.DEPLOYMENT_URL, e.getMessage());
    }
    LOG.warn("The configuration could not be checked as a whole. {}", e.getMessage());
    return Map.of();
  }

  private Map<String, String> tableProblems(HttpConvexDeployment deployment) {
    List<TableId> all =
        deployment.tables().stream()
            .map(columns -> new TableId(columns.table().component(), columns.table().table()))
            .toList();
    List<TableId> captured = all.stream().filter(config.stream()::captures).toList();
    if (captured.isEmpty() && !config.includedTables().isBlank()) {
      return Map.of(
          SourceConfigDef.TABLE_INCLUDE_LIST,
          "No table of the deployment matches table.include.list. It has: " + names(all));
    }
    ConfigAdvice.on(config, all)
        .forEach(advice -> LOG.warn("{}: {}", config.topics().prefix(), advice));
    return config.tableTopics() ? topicProblems(captured) : Map.of();
  }

  private Map<String, String> topicProblems(List<TableId> captured) {
    for (TableId table : captured) {
      int length = config.topics().of(table).length();
      if (length > LONGEST_TOPIC) {
        return Map.of(
            SourceConfigDef.TOPIC_PREFIX,
            "The name of the topic of table %s would have %d characters, and Kafka allows %d."
                    .formatted(table, length, LONGEST_TOPIC)
                + " Shorten topic.prefix, or exclude the table with table.exclude.list");
      }
    }
    try {
      TableTopics.check(config.topics(), captured);
      return Map.of();
    } catch (ConnectException e) {
      return Map.of(SourceConfigDef.TABLE_EXCLUDE_LIST, e.getMessage());
    }
  }

  private static String names(List<TableId> tables) {
    int shown = Math.min(tables.size(), 20);
    String names =
        String.join(", ", tables.subList(0, shown).stream().map(TableId::toString).toList());
    return tables.isEmpty() ? "none" : shown < tables.size() ? names + ", ..." : names;
  }
}
