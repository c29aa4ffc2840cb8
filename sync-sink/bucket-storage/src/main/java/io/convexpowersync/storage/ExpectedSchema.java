package io.convexpowersync.storage;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tables and columns that this writer reads and writes, with their types. */
final class ExpectedSchema {
  private static final String COLUMNS =
      """
      sync_rules: id integer, state text, snapshot_done boolean, last_checkpoint bigint, \
      last_checkpoint_lsn text, no_checkpoint_before text, slot_name text, \
      last_checkpoint_ts timestamp with time zone, last_keepalive_ts timestamp with time zone, \
      keepalive_op bigint, last_fatal_error text, content text, snapshot_lsn text, \
      storage_version integer, sync_plan json
      bucket_data: group_id integer, bucket_name text, op_id bigint, op text, source_table text, \
      source_key bytea, table_name text, row_id text, checksum bigint, data text, target_op bigint
      bucket_parameters: id bigint, group_id integer, source_table text, source_key bytea, \
      lookup bytea, bucket_parameters text
      current_data: group_id integer, source_table text, source_key bytea, buckets jsonb, \
      data bytea, lookups bytea[]
      source_tables: id text, group_id integer, connection_id integer, relation_id jsonb, \
      schema_name text, table_name text, replica_id_columns jsonb, snapshot_done boolean, \
      snapshot_total_estimated_count integer, snapshot_replicated_count integer, \
      snapshot_last_key bytea, source_metadata jsonb
      write_checkpoints: user_id text, lsns jsonb, write_checkpoint bigint, \
      checkpoint_requested_at timestamp with time zone
      locks: name text, lock_id uuid, ts timestamp with time zone
      """;

  /** Table to column to type, as {@code format_type} prints it. */
  static final Map<String, Map<String, String>> TABLES = parse();

  private ExpectedSchema() {}

  private static Map<String, Map<String, String>> parse() {
    Map<String, Map<String, String>> tables = new LinkedHashMap<>();
    COLUMNS
        .lines()
        .map(line -> line.split(": ", 2))
        .forEach(parts -> tables.put(parts[0], columns(parts[1])));
    return tables;
  }

  private static Map<String, String> columns(String list) {
    Map<String, String> columns = new LinkedHashMap<>();
    Arrays.stream(list.split(", "))
        .map(column -> column.split(" ", 2))
        .forEach(parts -> columns.put(parts[0], parts[1]));
    return columns;
  }
}
