package io.convexpowersync.source.metrics;

/**
 * Under which names a task shows its metrics.
 *
 * @param prefix the connector's {@code topic.prefix}
 * @param shared whether other tasks of this process are meant to have the same names, of which one
 *     at a time shows its metrics
 */
public record MetricsNames(String prefix, boolean shared) {}
