-- Version 13: in which browser the pages of a connection's org are opened.

-- As JSON: it is read and written whole. Absent: in the default browser.
ALTER TABLE connection ADD COLUMN browser TEXT;
