-- The hash of each record and of all before it (`chain.py`). Beside the log, so that no record of an old one is written again.
CREATE TABLE chain (
  position INTEGER PRIMARY KEY,
  hashes BLOB NOT NULL CHECK (length(hashes) > 0 AND length(hashes) % 32 = 0)
) STRICT;
CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
