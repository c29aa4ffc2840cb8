package io.convexpowersync.sink;

import io.convexpowersync.events.Position;
import io.convexpowersync.storage.StreamId;

/**
 * How far the stream is that is built beside the live one. A snapshot that does not change.
 *
 * @param stream the new stream
 * @param rows changes of tables that its plan reads, written since the sink started to build it
 * @param operations PUT and REMOVE rows written since then
 * @param position up to where it has consumed the log
 * @param recordsBehind records of the log that it has not read; 0 where that is not known
 * @param waitingFor why it cannot take over although it has caught up; empty while there is nothing
 */
public record RebuildProgress(
    StreamId stream,
    long rows,
    long operations,
    Position position,
    long recordsBehind,
    String waitingFor) {}
