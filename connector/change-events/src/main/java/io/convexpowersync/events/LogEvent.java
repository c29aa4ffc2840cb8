package io.convexpowersync.events;

/** One record of the log topic. */
public sealed interface LogEvent permits Change, Marker {
  Position position();
}
