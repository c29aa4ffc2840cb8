package io.convexpowersync.sink.log;

import io.convexpowersync.events.LogOrigin;

/**
 * The log that a stream belongs to. Positions of different deployments cannot be compared, so a
 * stream never takes records of another one.
 *
 * @param deployment instance name of the Convex deployment
 * @param name the source's topic prefix
 */
public record LogBinding(String deployment, String name) {
  static LogBinding of(LogOrigin origin) {
    return new LogBinding(origin.deployment(), origin.name());
  }

  boolean includes(LogOrigin origin) {
    return deployment.equals(origin.deployment()) && name.equals(origin.name());
  }
}
