-- The position up to which the log is projected. In all tables `position` is the log position of the event behind a row.

CREATE TABLE checkpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The id of the event at the checkpoint, to detect that the log was replaced (a restored backup).
CREATE TABLE checkpoint_event (name TEXT PRIMARY KEY, event_id BLOB NOT NULL) STRICT, WITHOUT ROWID;
-- What is to be worked out anew because rows have changed, each once, however many of them: a photo's words, the place of a
-- category. Triggers note it here, and deleting a note works it out (due.py). Empty after each transaction.
CREATE TABLE due (
  what TEXT NOT NULL, about TEXT NOT NULL, beside ANY NOT NULL DEFAULT '', PRIMARY KEY (what, about, beside)
) STRICT, WITHOUT ROWID;
-- At which position a table was last changed in which part of the library: for photos whose ids begin with two characters; ''
-- for what isn't about one photo. Since the file was loaded (part_changes.py); NULL only within a transaction.
CREATE TABLE part_change (
  table_name TEXT NOT NULL, prefix TEXT NOT NULL, position INTEGER, PRIMARY KEY (table_name, prefix)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_changed ON part_change (position);
