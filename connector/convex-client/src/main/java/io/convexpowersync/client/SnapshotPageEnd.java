package io.convexpowersync.client;

import java.util.Optional;

/**
 * The end of a {@code list_snapshot} page.
 *
 * @param snapshot the timestamp that was read (ns)
 * @param cursor where the next page starts, opaque; empty behind the last page
 */
public record SnapshotPageEnd(long snapshot, Optional<String> cursor) {}
