package io.convexpowersync.source;

import io.convexpowersync.client.ClientTimeouts;
import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.ConvexException;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.events.TableId;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Tries a configuration on the deployment, and says which key is at fault. */
final class DeploymentCheck {
  private static final ClientTimeouts SHORT = new ClientTimeouts(3_000, 5_000, 10_000);

  /** What is wrong, by configuration key; empty when nothing is. */
  static Map<String, String> problems(SourceConfig config) {
    ConvexClientConfig client = config.client().withTimeouts(SHORT);
    try (HttpConvexDeployment deployment = new HttpConvexDeployment(client)) {
      deployment.checkConnection();
      return tableProblems(config, deployment);
    } catch (ConvexException e) {
      boolean key = e.kind() == ConvexException.Kind.UNAUTHORIZED;
      return Map.of(
          key ? SourceConfigDef.DEPLOY_KEY : SourceConfigDef.DEPLOYMENT_URL, e.getMessage());
    }
  }

  private static Map<String, String> tableProblems(
      SourceConfig config, HttpConvexDeployment deployment) {
    List<TableId> all =
        deployment.tables().stream()
            .map(columns -> new TableId(columns.table().component(), columns.table().table()))
            .toList();
    List<TableId> captured = all.stream().filter(config.stream()::captures).toList();
    if (captured.isEmpty() && config.restrictsTables()) {
      return Map.of(
          SourceConfigDef.TABLE_INCLUDE_LIST,
          "No table of the deployment matches table.include.list. It has: " + names(all));
    }
    try {
      if (config.tableTopics()) {
        TableTopics.check(config.topics(), captured);
      }
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

  private DeploymentCheck() {}
}
