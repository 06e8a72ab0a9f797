-- Version 4: guided set-ups, one for each org's host. Nothing in them is secret: they are read while the vault is locked.

CREATE TABLE setup (
    host TEXT PRIMARY KEY NOT NULL,
    -- The org's address, as it is parsed again.
    origin TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    -- What it led to. A connection that is forgotten leaves its set-up behind.
    connection TEXT REFERENCES connection (id) ON DELETE SET NULL,
    -- Where the person is, and what person and org said of each step, as JSON: it is read and written whole.
    known TEXT NOT NULL
) STRICT;

CREATE INDEX setup_of_connection ON setup (connection);

-- When the pair was pasted that a connection has.
ALTER TABLE standing ADD COLUMN pasted_at INTEGER;
-- What was learnt of the app's Refresh Token Policy. After so many seconds without use a sign-in ends:
ALTER TABLE standing ADD COLUMN idle_limit INTEGER;
-- At this time it ends, used or not:
ALTER TABLE standing ADD COLUMN ends_at INTEGER;
-- The longest time, in seconds, that this sign-in was left unused and worked after it:
ALTER TABLE standing ADD COLUMN survived INTEGER;
