package io.convexpowersync.source.notifications;

import java.util.Optional;

/**
 * Where notifications go.
 *
 * @param connector the connector's {@code topic.prefix}, named in each of them
 * @param log whether the log gets them
 * @param topic the topic that gets them, if one does
 */
public record NotificationSettings(String connector, boolean log, Optional<String> topic) {
  boolean none() {
    return !log && topic.isEmpty();
  }
}
