-- Version 11: what a person said of the programs that asked for tokens.

-- By the path of the program's file, which is empty where the system did not tell. It covers all that an interpreter runs.
CREATE TABLE consent (
    connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    program TEXT NOT NULL,
    allowed INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (connection, program)
) STRICT, WITHOUT ROWID;
