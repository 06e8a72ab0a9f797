-- Version 9: which programs were given tokens, what a person said of that, and groups of connections.

-- For each connection the last few programs, how often each was given a token, and for what.
CREATE TABLE asker (
    connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    -- The path of the program's file; empty where the system did not tell.
    program TEXT NOT NULL,
    -- Whether it called dtx, which then asked.
    through_dtx INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    token INTEGER NOT NULL,
    fresh INTEGER NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (connection, program, through_dtx)
) STRICT, WITHOUT ROWID;

-- Since when no program is given a token; absent while they are.
ALTER TABLE installation ADD COLUMN paused_at INTEGER;

-- By the path of the program's file, which is empty where the system did not tell. It covers all that an interpreter runs.
CREATE TABLE consent (
    connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    program TEXT NOT NULL,
    allowed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (connection, program)
) STRICT, WITHOUT ROWID;

CREATE TABLE client (
    name TEXT PRIMARY KEY NOT NULL,
    colour TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A connection is in one group at most. A group without any is forgotten.
CREATE TABLE membership (
    connection TEXT PRIMARY KEY NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    client TEXT NOT NULL REFERENCES client (name)
) STRICT, WITHOUT ROWID;
