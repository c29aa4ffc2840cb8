package io.convexpowersync.events;

/** A decoded record of the log topic. */
public record LogRecord(LogOrigin origin, LogEvent event) {}
