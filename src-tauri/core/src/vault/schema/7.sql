-- Version 7: when a sign-in was made.

-- When somebody signed in last: what a policy ends after a fixed time ends so long after this.
ALTER TABLE standing ADD COLUMN signed_in_at INTEGER;
