-- What `migrate up` of the PowerSync Service creates, up to 1784900000000-source-metadata.
-- `locks` and `migrations` are created before this script runs.
CREATE SEQUENCE powersync.op_id_sequence AS bigint;
CREATE SEQUENCE powersync.sync_rules_id_sequence AS integer;

CREATE TABLE powersync.sync_rules (
  id integer NOT NULL PRIMARY KEY,
  state text NOT NULL,
  snapshot_done boolean NOT NULL DEFAULT false,
  last_checkpoint bigint,
  last_checkpoint_lsn text,
  no_checkpoint_before text,
  slot_name text,
  last_checkpoint_ts timestamptz,
  last_keepalive_ts timestamptz,
  keepalive_op bigint,
  last_fatal_error text,
  content text NOT NULL,
  snapshot_lsn text,
  storage_version integer NOT NULL DEFAULT 1,
  sync_plan json
);

CREATE TABLE powersync.bucket_data (
  group_id integer NOT NULL,
  bucket_name text NOT NULL,
  op_id bigint NOT NULL,
  op text NOT NULL,
  source_table text,
  source_key bytea,
  table_name text,
  row_id text,
  checksum bigint NOT NULL,
  data text,
  target_op bigint,
  CONSTRAINT unique_id PRIMARY KEY (group_id, bucket_name, op_id)
);

CREATE TABLE powersync.bucket_parameters (
  id bigint NOT NULL DEFAULT nextval('powersync.op_id_sequence') PRIMARY KEY,
  group_id integer NOT NULL,
  source_table text NOT NULL,
  source_key bytea NOT NULL,
  lookup bytea NOT NULL,
  bucket_parameters text NOT NULL
);
CREATE INDEX bucket_parameters_lookup_index
  ON powersync.bucket_parameters (group_id, lookup, id DESC);
CREATE INDEX bucket_parameters_source_index
  ON powersync.bucket_parameters (group_id, source_table, source_key);

CREATE TABLE powersync.current_data (
  group_id integer NOT NULL,
  source_table text NOT NULL,
  source_key bytea NOT NULL,
  buckets jsonb NOT NULL,
  data bytea NOT NULL,
  lookups bytea[] NOT NULL,
  CONSTRAINT unique_current_data_id PRIMARY KEY (group_id, source_table, source_key)
);

CREATE TABLE powersync.source_tables (
  id text NOT NULL PRIMARY KEY,
  group_id integer NOT NULL,
  connection_id integer NOT NULL,
  relation_id jsonb,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  replica_id_columns jsonb,
  snapshot_done boolean NOT NULL DEFAULT false,
  snapshot_total_estimated_count integer,
  snapshot_replicated_count integer,
  snapshot_last_key bytea,
  source_metadata jsonb
);
CREATE INDEX source_table_lookup ON powersync.source_tables (group_id, table_name);

CREATE TABLE powersync.write_checkpoints (
  user_id text NOT NULL PRIMARY KEY,
  lsns jsonb NOT NULL,
  write_checkpoint bigint NOT NULL,
  checkpoint_requested_at timestamptz
);
CREATE INDEX write_checkpoints_checkpoint_requested_at
  ON powersync.write_checkpoints (checkpoint_requested_at)
  WHERE checkpoint_requested_at IS NOT NULL;

CREATE TABLE powersync.custom_write_checkpoints (
  user_id text NOT NULL,
  write_checkpoint bigint NOT NULL,
  sync_rules_id integer NOT NULL,
  checkpoint_requested_at timestamptz,
  CONSTRAINT unique_user_sync PRIMARY KEY (user_id, sync_rules_id)
);
CREATE INDEX custom_write_checkpoints_checkpoint_requested_at
  ON powersync.custom_write_checkpoints (checkpoint_requested_at)
  WHERE checkpoint_requested_at IS NOT NULL;

CREATE TABLE powersync.instance (id text NOT NULL PRIMARY KEY);

CREATE TABLE powersync.connection_report_events (
  id text NOT NULL PRIMARY KEY,
  user_agent text NOT NULL,
  client_id text NOT NULL,
  user_id text NOT NULL,
  sdk text NOT NULL,
  jwt_exp timestamptz,
  connected_at timestamptz NOT NULL,
  disconnected_at timestamptz
);
CREATE INDEX sdk_list_index
  ON powersync.connection_report_events (connected_at, jwt_exp, disconnected_at);
CREATE INDEX sdk_user_id_index ON powersync.connection_report_events (user_id);
CREATE INDEX sdk_client_id_index ON powersync.connection_report_events (client_id);
CREATE INDEX sdk_index ON powersync.connection_report_events (sdk);
