package io.convexpowersync.storage;

/**
 * A row that a client holds after applying a bucket's operations.
 *
 * @param table output table
 * @param rowId output row id
 * @param subkey identity of the source row
 * @param data row as JSON text
 */
public record ClientRow(String table, String rowId, String subkey, String data) {}
