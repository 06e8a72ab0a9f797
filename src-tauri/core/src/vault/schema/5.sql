-- Version 5: what the secrets are bound to.

-- The form that the secrets are sealed in. Those of form 1 are sealed anew as soon as the key is known: they are bound to
-- their place alone, and not to where they may be sent.
ALTER TABLE installation ADD COLUMN format INTEGER NOT NULL DEFAULT 1;

-- An old copy cannot tell whether its tokens still count.
ALTER TABLE connection DROP COLUMN steady;
