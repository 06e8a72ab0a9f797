-- Version 9: which programs were given tokens.

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
