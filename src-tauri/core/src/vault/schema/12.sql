-- Version 12: groups of connections, such as a client's.

CREATE TABLE client (
    name TEXT PRIMARY KEY NOT NULL,
    colour TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A connection is in one group at most. A group without any is forgotten.
CREATE TABLE membership (
    connection TEXT PRIMARY KEY NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    client TEXT NOT NULL REFERENCES client (name)
) STRICT, WITHOUT ROWID;
