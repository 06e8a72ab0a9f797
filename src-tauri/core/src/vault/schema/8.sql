-- Version 8: a database that was copied is told from the one that it is a copy of.

-- Where the tokens of a connection were stored last: which computer, as a number that stands for it in this installation alone,
-- and which file. Absent where that is not told, or before it was kept.
ALTER TABLE standing ADD COLUMN computer TEXT;
ALTER TABLE standing ADD COLUMN file INTEGER;
