-- A role for the sink with no more rights than it needs (schema.mode=require). To be run in the
-- storage's database by the owner of schema powersync, or a superuser, after the service's
-- `migrate up` and after bookkeeping-schema.sql. Running it again does no harm.
-- Then: ALTER ROLE powersync_sink PASSWORD '...';
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'powersync_sink') THEN
    CREATE ROLE powersync_sink LOGIN;
  END IF;
END
$$;

GRANT USAGE ON SCHEMA powersync, convex_powersync TO powersync_sink;

-- The start-up check, and waiting write checkpoint requests.
GRANT SELECT ON powersync.migrations, powersync.write_checkpoints TO powersync_sink;

-- Checkpoints and states of streams. Deploying is for the service; a sink with sync.config needs besides:
-- GRANT INSERT ON powersync.sync_rules TO powersync_sink;
-- GRANT USAGE ON SEQUENCE powersync.sync_rules_id_sequence TO powersync_sink;
GRANT SELECT, UPDATE ON powersync.sync_rules TO powersync_sink;

-- What clients get is only added to; it is deleted when a replaced stream is cleared.
GRANT SELECT, INSERT, DELETE ON powersync.bucket_data, powersync.bucket_parameters
  TO powersync_sink;
GRANT SELECT, INSERT, UPDATE, DELETE ON powersync.current_data, powersync.source_tables,
  powersync.locks, convex_powersync.streams TO powersync_sink;
GRANT USAGE, SELECT ON SEQUENCE powersync.op_id_sequence TO powersync_sink;

-- Only there if a stream of storage version 3 was deployed once; it is cleared too.
DO $$
BEGIN
  IF to_regclass('powersync.v3_current_data') IS NOT NULL THEN
    GRANT SELECT, DELETE ON powersync.v3_current_data TO powersync_sink;
  END IF;
END
$$;
