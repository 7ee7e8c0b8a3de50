-- Albums and their contents.

CREATE TABLE any_album (                                           -- deleted ones too
  album_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_us INTEGER NOT NULL, position INTEGER NOT NULL,
  q TEXT, names TEXT NOT NULL DEFAULT '[]',                        -- a smart album's search; what it names, in JSON (SearchName)
  description TEXT NOT NULL DEFAULT '', cover_id TEXT, sort TEXT,  -- NULL: the newest photo; the album kind's default
  changed_us INTEGER NOT NULL, deleted_us INTEGER, into_id TEXT    -- into_id: the album that it was merged into
) STRICT, WITHOUT ROWID;
CREATE VIEW album AS SELECT album_id, name, created_us, position, q, names, description, cover_id, sort, changed_us
  FROM any_album WHERE deleted_us IS NULL;
CREATE TABLE name_given (                                          -- every name that a category or album has had, but for the built-in ones
  id TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, position INTEGER NOT NULL,   -- owner: 'category' or 'album'
  PRIMARY KEY (id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE album_image (
  album_id TEXT NOT NULL, image_id TEXT NOT NULL, position INTEGER NOT NULL, place INTEGER NOT NULL,  -- index within the event that added it
  rank TEXT NOT NULL,                                              -- sort key of the manual order: knowledge/ranks.py
  PRIMARY KEY (album_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_order ON album_image (album_id, rank);
CREATE INDEX album_of_image ON album_image (image_id);
