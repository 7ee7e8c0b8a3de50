-- How far the read tables have come. In all of them `position` is the place in the log of the event that a row comes from.

CREATE TABLE checkpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The id of the event at the checkpoint: says whether the log is still the one that was read (a backup may be restored).
CREATE TABLE checkpoint_event (name TEXT PRIMARY KEY, event_id BLOB NOT NULL) STRICT, WITHOUT ROWID;
