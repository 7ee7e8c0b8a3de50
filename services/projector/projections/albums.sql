-- Albums and their contents.

CREATE TABLE any_album (                                           -- deleted ones too
  album_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_us INTEGER NOT NULL, position INTEGER NOT NULL,
  q TEXT,                                                          -- a smart album's search query
  description TEXT NOT NULL DEFAULT '', cover_id TEXT, sort TEXT,  -- NULL: the newest photo; the album kind's default
  changed_us INTEGER NOT NULL, deleted_us INTEGER, into_id TEXT    -- into_id: the album that it was merged into
) STRICT, WITHOUT ROWID;
CREATE VIEW album AS SELECT album_id, name, created_us, position, q, description, cover_id, sort, changed_us
  FROM any_album WHERE deleted_us IS NULL;
CREATE TABLE album_image (
  album_id TEXT NOT NULL, image_id TEXT NOT NULL, position INTEGER NOT NULL, place INTEGER NOT NULL,  -- index within the event that added it
  rank TEXT NOT NULL,                                              -- sort key of the manual order: knowledge/ranks.py
  PRIMARY KEY (album_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_order ON album_image (album_id, rank);
CREATE INDEX album_of_image ON album_image (image_id);
