-- Version 2: who keeps the data key, and what tells an old copy of this database from the newest one.

-- 'keychain', 'passphrase' or 'session'.
ALTER TABLE installation ADD COLUMN guard TEXT NOT NULL DEFAULT 'keychain';

-- Raised with every rotated refresh token, here and then beside the data key.
ALTER TABLE installation ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- Whether the last refresh brought no other refresh token, so that an old copy of it still counts.
ALTER TABLE connection ADD COLUMN steady INTEGER NOT NULL DEFAULT 0;

-- At most one row: the data key, sealed with what Argon2id makes of the passphrase.
CREATE TABLE passphrase (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL,
    memory_kib INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    lanes INTEGER NOT NULL,
    sealed_key BLOB NOT NULL
) STRICT;
