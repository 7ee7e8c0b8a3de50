-- Image files, which of them belong together by location, and the source folders.

CREATE TABLE file (
  root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,    -- folder: relative to root, '' for the root itself
  plain_folder TEXT, plain_name TEXT,                              -- as searches compare them (folding.py); NULL: ASCII
  stem TEXT NOT NULL, edited_of TEXT,                              -- folder/stem (names.py), and that of the original of a copy
  edit_certain INTEGER NOT NULL,                                   -- 1: its name alone says that it is an edited copy
  image_id TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, missing INTEGER NOT NULL, ctime_ns INTEGER,
  inode INTEGER,                                                   -- of a file with several names (hard links)
  since INTEGER NOT NULL,                                          -- position of the event by which it came to this root
  claim_at TEXT, claim_ms INTEGER, claim_source TEXT,              -- the date by name, folder or mtime
  kinds TEXT NOT NULL,                                             -- JSON list: by the rules about names and folders
  sort_key TEXT NOT NULL,                                          -- folder and name in natural order (names.py)
  path TEXT GENERATED ALWAYS AS (iif(folder = '', name, folder || '/' || name)) VIRTUAL,   -- relative to root
  full_path TEXT GENERATED ALWAYS AS (rtrim(root, '/') || '/' || path) VIRTUAL,
  PRIMARY KEY (root, folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_image ON file (image_id, missing);
CREATE INDEX file_stem ON file (stem, root, missing);
CREATE INDEX file_edited ON file (edited_of) WHERE edited_of IS NOT NULL;

-- Copies: present files below folders that are in use, each with what identifies its bytes on the disk. Names that are hard
-- links to one file have its inode in common; a number that two disks use by chance would have to be of the same picture with
-- several names on both.
CREATE VIEW copy AS
  SELECT image_id, full_path, size, mtime_ns, coalesce(inode, full_path) AS body
    FROM file WHERE missing = 0
      AND NOT EXISTS (SELECT 1 FROM source s WHERE s.root = file.root AND s.in_use = 0);

-- Present files that may belong to others of their stem. Those of one folder differ in their formats and in the case of letters,
-- so there are a handful; of more than 50, each would have to be compared with each, and none is taken for a part of another.
CREATE VIEW kin AS SELECT * FROM file f WHERE f.missing = 0
  AND (SELECT 1 FROM file n WHERE n.stem = f.stem AND n.root = f.root AND n.missing = 0 LIMIT 1 OFFSET 50) IS NULL;

-- Present files with the moment at which their image was taken: by its bytes or its name, else by the file's mtime (the date of
-- a folder, or of a name without a time, is no moment). It is in UTC if zoned, else by the camera's clock.
CREATE VIEW shot_file AS
  SELECT image_id, root, name, stem, part, content_identifier, iif(by_mtime, mtime_ns / 1000000, own_ms) AS moment_ms,
      by_mtime OR own_at GLOB '*[+-][0-9][0-9]:[0-9][0-9]' AS zoned
    FROM (SELECT f.image_id, f.root, f.name, f.stem, f.mtime_ns, i.part, i.content_identifier, i.own_ms, i.own_at,
        i.own_source IN ('folder', 'mtime', 'added') OR i.own_source = 'filename' AND substr(i.own_at, 11) = 'T12:00:00' AS by_mtime
      FROM kin f JOIN image i USING (image_id));
-- The halves of live photos: a photo and a short video with the same stem in the same folder, and either the same identifier
-- or, where one has none, the same moment. The video starts before the photo and is written after it, so the moments may be
-- apart by as much as it may last (rules.LIVE_S). Phones write it in UTC and the photo by the clock on the wall: then the
-- difference is an offset from UTC that places have.
-- Without `likely`, SQLite would scan all files of the root instead of searching by stem.
CREATE VIEW live_pair AS
  SELECT p.image_id AS photo_id, f.image_id AS film_id, p.name AS photo_name, f.name AS film_name
    FROM shot_file f JOIN shot_file p ON p.stem = f.stem AND likely(p.root = f.root) AND p.part = 'photo'
   WHERE f.part = 'half'
     AND CASE WHEN p.content_identifier IS NOT NULL AND f.content_identifier IS NOT NULL
         THEN p.content_identifier = f.content_identifier
       WHEN p.zoned = f.zoned THEN abs(p.moment_ms - f.moment_ms) <= 10000
       ELSE EXISTS (SELECT 1 FROM utc_offset WHERE ms BETWEEN
         iif(f.zoned, 1, -1) * (p.moment_ms - f.moment_ms) - 10000 AND iif(f.zoned, 1, -1) * (p.moment_ms - f.moment_ms) + 10000) END;
-- Images with the second at which they were taken by their clock, NULL if their bytes don't say when. No generated column: those
-- of STRICT tables are computed at each insert.
CREATE VIEW clocked AS
  SELECT image_id, part, raw, camera_model, phash, own_at,
      iif(own_source IN ('filename', 'folder', 'modified', 'mtime', 'added'), NULL, substr(own_at, 1, 19)) AS own_second
    FROM image;
-- A RAW file and the picture that the camera saved of the same shot: both date themselves to the same second, by one camera.
CREATE VIEW raw_pair AS
  SELECT p.image_id AS photo_id, r.image_id AS raw_id, p.name AS photo_name, r.name AS raw_name
    FROM clocked ri JOIN kin r ON r.image_id = ri.image_id
    JOIN kin p ON p.stem = r.stem AND likely(p.root = r.root)
    JOIN clocked pi ON pi.image_id = p.image_id AND pi.part = 'photo' AND pi.raw = 0
   WHERE ri.raw = 1 AND pi.camera_model = ri.camera_model AND pi.own_second = ri.own_second;
-- Edited copies beside their originals. If the copy's name isn't certain, both must date themselves to the same second, with the
-- same fraction if both have one: shots of a burst have not. Where one is undated, readers decide by differing: the bits in
-- which their perceptual hashes differ.
CREATE VIEW edit_pair AS
  SELECT c.image_id AS copy_id, o.image_id AS original_id, c.name AS copy_name, o.name AS original_name,
      iif(c.edit_certain OR ci.own_second = oi.own_second, NULL, (ci.phash | oi.phash) & ~(ci.phash & oi.phash)) AS differing
    FROM file c JOIN kin o ON o.stem = c.edited_of AND likely(o.root = c.root)
    JOIN clocked ci ON ci.image_id = c.image_id
    JOIN clocked oi ON oi.image_id = o.image_id AND (oi.part = 'photo') = (ci.part = 'photo')
   WHERE c.edited_of IS NOT NULL AND c.missing = 0 AND c.image_id <> o.image_id
     AND (c.edit_certain OR ifnull(ci.camera_model = oi.camera_model, 1)
       AND CASE WHEN ci.own_second IS NULL OR oi.own_second IS NULL THEN ci.phash IS NOT NULL AND oi.phash IS NOT NULL
         ELSE ci.own_second = oi.own_second AND (substr(ci.own_at, 20, 1) <> '.' OR substr(oi.own_at, 20, 1) <> '.'
           OR substr(ci.own_at, 20, 4) = substr(oi.own_at, 20, 4)) END);
CREATE TABLE succession (                                          -- the previous content of a path that was overwritten
  image_id TEXT NOT NULL, previous_image_id TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (image_id, previous_image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX succession_previous ON succession (previous_image_id);

CREATE TABLE source (
  root TEXT PRIMARY KEY,
  in_use INTEGER NOT NULL DEFAULT 1,                               -- 0: the last scan was not given it
  forgotten INTEGER NOT NULL DEFAULT 0,                            -- 1: by a person, and its files have missing = 2 instead of 0
  unavailable TEXT,                                                -- NULL: available at the last scan
  question TEXT, missing INTEGER NOT NULL DEFAULT 0, photos INTEGER NOT NULL DEFAULT 0, below TEXT NOT NULL DEFAULT '',
  opened INTEGER NOT NULL DEFAULT 0,                               -- position at which the question was first asked
  answer TEXT, answered TEXT, answered_at INTEGER                  -- the last answer, to which question, its position
) STRICT, WITHOUT ROWID;
