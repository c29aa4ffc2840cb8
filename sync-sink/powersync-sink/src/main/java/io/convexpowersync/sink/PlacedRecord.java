package io.convexpowersync.sink;

import io.convexpowersync.events.LogRecord;

/**
 * A record of the log and where reading goes on behind it.
 *
 * @param record the decoded record
 * @param after the place to resume from once this record's effects are durable
 */
public record PlacedRecord(LogRecord record, InputPlace after) {}
