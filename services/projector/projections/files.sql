-- Image files, which of them belong together by location, and the source folders.

CREATE TABLE file (
  root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,    -- folder: relative to root, '' for the root itself
  stem TEXT NOT NULL, edited_of TEXT,                              -- folder/stem (names.py), and that of the original of an edited copy
  image_id TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, missing INTEGER NOT NULL, ctime_ns INTEGER,
  inode INTEGER,                                                   -- of a file with several names (hard links)
  since INTEGER NOT NULL,                                          -- position of the event by which it came to this root
  claim_at TEXT, claim_ms INTEGER, claim_source TEXT,              -- the date by name, folder or mtime
  kinds TEXT NOT NULL,                                             -- JSON list: by the rules about names and folders
  path TEXT GENERATED ALWAYS AS (iif(folder = '', name, folder || '/' || name)) VIRTUAL,   -- relative to root
  full_path TEXT GENERATED ALWAYS AS (rtrim(root, '/') || '/' || path) VIRTUAL,
  PRIMARY KEY (root, folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_image ON file (image_id, missing);
CREATE INDEX file_stem ON file (stem);
CREATE INDEX file_edited ON file (edited_of) WHERE edited_of IS NOT NULL;

-- Copies: present files below folders that are in use, each with what identifies its bytes on the disk. Names that are hard links to one file have its
-- inode in common; a number that two disks use by chance would have to be of the same picture with several names on both.
CREATE VIEW copy AS
  SELECT image_id, full_path, size, mtime_ns, coalesce(inode, full_path) AS body
    FROM file WHERE missing = 0
      AND NOT EXISTS (SELECT 1 FROM source s WHERE s.root = file.root AND s.in_use = 0);

-- The halves of live photos: a photo and a short video with the same stem in the same folder, both present.
-- The plus makes SQLite search by stem instead of scanning all files of the root.
CREATE VIEW live_pair AS
  SELECT p.image_id AS photo_id, f.image_id AS film_id, p.name AS photo_name, f.name AS film_name
    FROM image fi JOIN file f ON f.image_id = fi.image_id AND f.missing = 0
    JOIN file p ON p.stem = f.stem AND +p.root = +f.root AND p.missing = 0
    JOIN image pi ON pi.image_id = p.image_id AND pi.part = 'photo'
   WHERE fi.part = 'half';
-- Edited copies beside their originals.
CREATE VIEW edit_pair AS
  SELECT c.image_id AS copy_id, o.image_id AS original_id, c.name AS copy_name, o.name AS original_name
    FROM file c JOIN file o ON o.stem = c.edited_of AND +o.root = +c.root AND o.missing = 0
    JOIN image ci ON ci.image_id = c.image_id
    JOIN image oi ON oi.image_id = o.image_id AND (oi.part = 'photo') = (ci.part = 'photo')
   WHERE c.edited_of IS NOT NULL AND c.missing = 0 AND c.image_id <> o.image_id;
CREATE TABLE succession (                                          -- the previous content of a path that was overwritten
  image_id TEXT NOT NULL, previous_image_id TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (image_id, previous_image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX succession_previous ON succession (previous_image_id);

CREATE TABLE source (
  root TEXT PRIMARY KEY,
  in_use INTEGER NOT NULL DEFAULT 1,                               -- 0: the last scan was not given it
  forgotten INTEGER NOT NULL DEFAULT 0,                            -- 1: by a person, and its files have missing = 2 instead of 0
  unavailable TEXT                                                 -- NULL: available at the last scan
) STRICT, WITHOUT ROWID;
