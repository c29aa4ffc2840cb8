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
 */
public record SourceSettings(String url, Secret key, List<String> include, List<String> exclude) {
  public SourceSettings {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }
}
