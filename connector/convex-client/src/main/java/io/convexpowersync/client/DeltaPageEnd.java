package io.convexpowersync.client;

/**
 * The end of a {@code document_deltas} page.
 *
 * @param cursor exclusive cursor of the next call (ns); usually larger than the last row's
 *     timestamp
 * @param hasMore whether another page can be read right now
 */
public record DeltaPageEnd(long cursor, boolean hasMore) {}
