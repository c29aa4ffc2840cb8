package io.convexpowersync.events;

/**
 * Where a record of the log topic comes from.
 *
 * @param deployment instance name of the Convex deployment
 * @param name the connector's {@code topic.prefix}
 * @param version version of the source connector
 */
public record LogOrigin(String deployment, String name, String version) {}
