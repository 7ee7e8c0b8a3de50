-- Entries of the log that can't be read, and ranges of positions that it lacks: everything else is projected.
CREATE TABLE set_aside (
  position INTEGER PRIMARY KEY, until INTEGER NOT NULL,        -- the last position of the range; mostly the same
  type TEXT NOT NULL, reason TEXT NOT NULL, data BLOB NOT NULL  -- as the log holds it; empty for a range
) STRICT;
