package io.convexpowersync.sink;

import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.streams.SyncStreams;

/**
 * A replication stream that is being written.
 *
 * @param writer holds its lease
 * @param streams its plan, ready to evaluate
 */
public record OpenStream(StreamWriter writer, SyncStreams streams) {}
