-- Version 11: rotations of a Consumer Key and its Consumer Secret that are under way.

-- At most one for each connection. The pairs beside the one in use stand among its secrets.
CREATE TABLE rotation (
    connection TEXT PRIMARY KEY NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    -- What person and org have said of it, as JSON: it is read and written whole.
    plan TEXT NOT NULL
) STRICT, WITHOUT ROWID;
