-- Version 6: keys that are out of sight are not lost.

-- Which key a secret is sealed with. One that is not at hand today may be tomorrow.
ALTER TABLE secret ADD COLUMN key_account TEXT;
CREATE INDEX secret_by_key ON secret (key_account);
UPDATE secret SET key_account = (SELECT key_account FROM installation);

-- Of the key in use: which keychain took it, by the name that people know.
ALTER TABLE installation ADD COLUMN keychain TEXT;
-- From when on a program that starts, and reads it there, shows that it outlasts the keychain's own end.
ALTER TABLE installation ADD COLUMN settled_after INTEGER;
-- Until then, the key before it, and the key in use sealed with that one.
ALTER TABLE installation ADD COLUMN former TEXT;
ALTER TABLE installation ADD COLUMN sealed_by_former BLOB;
-- 'encrypted' once keys have crossed to the keychain so, 'plain' where a keychain takes them no other way.
ALTER TABLE installation ADD COLUMN transfer TEXT;

-- Keys that are not in use: what is sealed with them stays, and opens where they are.
CREATE TABLE other_key (
    account TEXT PRIMARY KEY NOT NULL,
    key_check BLOB NOT NULL,
    guard TEXT NOT NULL,
    format INTEGER NOT NULL,
    keychain TEXT,
    -- As of the key in use.
    former TEXT,
    sealed_by_former BLOB,
    -- Where it was protected with a passphrase.
    salt BLOB,
    memory_kib INTEGER,
    passes INTEGER,
    lanes INTEGER,
    sealed_key BLOB
) STRICT;

-- Keys that were not there when they were looked for last, and why. In use or not.
CREATE TABLE missing_key (
    account TEXT PRIMARY KEY NOT NULL,
    since INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
