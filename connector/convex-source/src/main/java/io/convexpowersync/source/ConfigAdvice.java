package io.convexpowersync.source;

import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.SnapshotMode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is allowed in a configuration, but seldom meant. Connect only shows errors: it is logged.
 */
final class ConfigAdvice {
  private static final Pattern LOCAL = Pattern.compile("localhost|127\\..*|\\[?::1]?");
  private static final int LONGEST_PAGE_MS = 60_000;

  /**
   * Advice on a configuration that works.
   *
   * @param config the configuration
   * @param existing the tables of the deployment
   */
  static List<String> on(SourceConfig config, List<TableId> existing) {
    List<String> advice = new ArrayList<>();
    URI url = URI.create(config.client().url().toString());
    if (url.getScheme().equals("http") && !LOCAL.matcher(url.getHost()).matches()) {
      advice.add(
          "deployment.url: without https:// everyone on the way to %s can read the deploy key"
              .formatted(url.getHost()));
    }
    if (config.client().timeouts().stallMs() < LONGEST_PAGE_MS) {
      advice.add(
          "request.timeout.ms: a deployment may take 60 s for a page of a snapshot, and would then"
              + " be asked for the same page again and again");
    }
    if (config.logTopic() && config.stream().mode() == SnapshotMode.NO_DATA) {
      advice.add(
          "snapshot.mode: with no_data the log topic never holds a complete table, and the"
              + " PowerSync sink refuses such tables");
    }
    for (Pattern expression : TableFilter.patterns(config.includedTables())) {
      if (existing.stream().noneMatch(t -> expression.matcher(t.toString()).matches())) {
        advice.add(
            "table.include.list: %s matches no table that the deployment has now"
                .formatted(expression));
      }
    }
    return advice;
  }

  private ConfigAdvice() {}
}
