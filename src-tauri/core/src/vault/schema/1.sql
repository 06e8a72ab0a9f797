-- Version 1. Times are nanoseconds since 1970; words are those of the product's contracts.

-- One row: which installation this is, and which keychain entry has its data key.
CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    key_account TEXT,
    key_check BLOB,
    CHECK ((key_account IS NULL) = (key_check IS NULL))
) STRICT;

CREATE TABLE connection (
    id TEXT PRIMARY KEY NOT NULL,
    alias TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    org_id TEXT NOT NULL,
    org_name TEXT,
    user_id TEXT NOT NULL,
    username TEXT NOT NULL,
    instance_url TEXT NOT NULL,
    api_version TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    checked_at INTEGER,
    refresh_in_flight INTEGER,
    issued_at INTEGER,
    expires_at INTEGER,
    proved_at INTEGER,
    rotates INTEGER NOT NULL
) STRICT;

-- Each value is bound to this row's connection and field: moved, it does not open.
CREATE TABLE secret (
    connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (connection, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
    number INTEGER PRIMARY KEY,
    connection TEXT NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    line TEXT NOT NULL
) STRICT;

CREATE INDEX history_of_connection ON history (connection, at);
