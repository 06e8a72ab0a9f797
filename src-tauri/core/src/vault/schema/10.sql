-- Version 10: requests to somebody with the rights, whose answer comes back sealed.

-- The private half of the key is encrypted as a connection's secrets are, and bound to the request's id, org and end. It is
-- absent once the request has ended, however it did; the rest stays for a while, so that a late answer can be told why.
CREATE TABLE admin_request (
    id TEXT PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    public_key TEXT NOT NULL,
    standing TEXT NOT NULL,
    ended_at INTEGER,
    private_key BLOB,
    key_account TEXT,
    CHECK ((private_key IS NULL) = (key_account IS NULL)),
    CHECK ((private_key IS NULL) = (ended_at IS NOT NULL))
) STRICT;
