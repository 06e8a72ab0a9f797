-- Version 10: handing out tokens can be paused.

-- Since when no program is given a token; absent while they are.
ALTER TABLE installation ADD COLUMN paused_at INTEGER;
