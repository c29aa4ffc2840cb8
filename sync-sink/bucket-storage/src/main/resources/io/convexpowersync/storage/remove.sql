-- Removes everything of ours from the storage's database: our place in the log, our leases, the
-- triggers on write_checkpoints, the sink's role. PowerSync's own tables stay, with the streams,
-- which the service's replicator can continue. To be run by a superuser, or the owner of the
-- objects, while no sink runs.
DELETE FROM powersync.locks l USING convex_powersync.streams s WHERE s.lock_id = l.lock_id;

-- The triggers go with their function.
DROP SCHEMA convex_powersync CASCADE;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'powersync_sink') THEN
    DROP OWNED BY powersync_sink;
    DROP ROLE powersync_sink;
  END IF;
END
$$;
