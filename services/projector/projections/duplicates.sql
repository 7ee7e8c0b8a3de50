-- What a person has decided about duplicates.
CREATE TABLE preferred_folders (                                    -- no row until somebody has chosen
  slot INTEGER PRIMARY KEY CHECK (slot = 1), folders TEXT NOT NULL  -- JSON list of full paths; the first wins
) STRICT;
CREATE TABLE kept_copy (image_id TEXT PRIMARY KEY, path TEXT,       -- of the file that stays; NULL: every one
  CHECK (path <> '')) STRICT, WITHOUT ROWID;
CREATE TABLE distinct_photos (key TEXT PRIMARY KEY, position INTEGER NOT NULL,
  image_ids TEXT NOT NULL,                                          -- JSON list
  image_id TEXT                      -- the only one that is no duplicate of the others; NULL: no two are duplicates
) STRICT, WITHOUT ROWID;
