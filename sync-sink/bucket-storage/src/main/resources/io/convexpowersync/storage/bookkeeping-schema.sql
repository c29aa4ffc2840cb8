-- Our own bookkeeping. `DROP SCHEMA convex_powersync CASCADE` removes all of it.
CREATE SCHEMA IF NOT EXISTS convex_powersync;

-- slot_name tells a stream from an older one with the same id, in a storage that was torn down.
CREATE TABLE IF NOT EXISTS convex_powersync.streams (
  stream_id integer NOT NULL PRIMARY KEY,
  slot_name text NOT NULL,
  owner text,
  lock_id uuid,
  place text
);
