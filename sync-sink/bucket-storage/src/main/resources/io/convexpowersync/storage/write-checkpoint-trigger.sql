-- Tells the sink of write checkpoint requests as soon as they are committed. To be run by the
-- owner of powersync.write_checkpoints, after the sink has created schema convex_powersync.
-- `DROP SCHEMA convex_powersync CASCADE` removes it. Without it the sink looks once a second.
CREATE OR REPLACE FUNCTION convex_powersync.notify_write_checkpoints() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  lowest_head text;
BEGIN
  SELECT min(lsns->>'1' COLLATE "C") INTO lowest_head FROM changed WHERE length(lsns->>'1') = 19;
  IF lowest_head IS NOT NULL THEN
    PERFORM pg_notify('convex_powersync_write_checkpoints', lowest_head);
  END IF;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  -- A request that is noticed late is better than one that is refused.
  RETURN NULL;
END
$$;

-- Two, because a trigger with a transition table has one event. An upsert fires both.
CREATE OR REPLACE TRIGGER convex_powersync_inserted
  AFTER INSERT ON powersync.write_checkpoints REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION convex_powersync.notify_write_checkpoints();
CREATE OR REPLACE TRIGGER convex_powersync_updated
  AFTER UPDATE ON powersync.write_checkpoints REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION convex_powersync.notify_write_checkpoints();
