package io.convexpowersync.storage;

/**
 * A source table's identity in a stream.
 *
 * @param id UUID text, {@code source_table} in the other tables
 */
record SourceTable(String id) {}
