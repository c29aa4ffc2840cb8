package io.convexpowersync.storage;

/**
 * What clients may see of a stream.
 *
 * @param stream the stream that the service serves
 * @param opId highest visible op id
 * @param lsn the source position that the visible rows show
 */
public record Checkpoint(StreamId stream, OpId opId, Lsn lsn) {}
