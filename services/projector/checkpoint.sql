-- The position up to which the log is projected. In all tables `position` is the log position of the event behind a row.

CREATE TABLE checkpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The id of the event at the checkpoint, to detect that the log was replaced (a restored backup).
CREATE TABLE checkpoint_event (name TEXT PRIMARY KEY, event_id BLOB NOT NULL) STRICT, WITHOUT ROWID;
