package io.convexpowersync.standalone.config;

import java.util.List;

/**
 * Where the documents come from.
 *
 * @param url URL of the deployment, such as {@code https://happy-animal-123.convex.cloud}
 * @param key deploy key
 * @param include tables to replicate, as the source connector's {@code table.include.list} takes
 *     them; empty means all
 * @param exclude tables to leave out
 * @param snapshotMode when tables are read as a whole
 */
public record SourceSettings(
    String url, Secret key, List<String> include, List<String> exclude, SnapshotMode snapshotMode) {
  /** All tables. */
  public SourceSettings(String url, Secret key) {
    this(url, key, List.of(), List.of(), SnapshotMode.WHEN_NEEDED);
  }

  public SourceSettings {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }
}
