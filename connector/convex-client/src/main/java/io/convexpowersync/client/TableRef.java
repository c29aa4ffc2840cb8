package io.convexpowersync.client;

/**
 * A table of a deployment, as the export API names it.
 *
 * @param component component path, {@code ""} for the root app
 * @param table table name
 */
public record TableRef(String component, String table) {}
