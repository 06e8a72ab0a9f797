-- Version 3: how connections stand, beside what they are.

-- At most one row for each connection.
CREATE TABLE standing (
    connection TEXT PRIMARY KEY NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    -- Since when it has its status.
    since INTEGER,
    -- Until when its org asked not to be asked again.
    not_before INTEGER,
    -- What was told last of its end: how many days before, 0 for the end itself.
    told INTEGER
) STRICT, WITHOUT ROWID;

-- Connections that are disconnected here, and still to be revoked at their org. Their row among the connections keeps
-- their secrets, under an alias that nobody can type; this is what they were called.
CREATE TABLE leaving (
    connection TEXT PRIMARY KEY NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
