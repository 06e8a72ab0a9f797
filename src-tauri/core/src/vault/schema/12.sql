-- Version 12: what is kept for a while of connections that were disconnected.

-- Its row among the connections is a new one, to which no secret was ever bound, under an alias that nobody can type; history
-- and group hang on it.
CREATE TABLE set_aside (
    connection TEXT PRIMARY KEY NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    -- The name that the connection had.
    alias TEXT NOT NULL,
    -- The id that it had. Its tokens keep that until they are revoked.
    was TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX set_aside_of_connection ON set_aside (was);
