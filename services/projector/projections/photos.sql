-- Images and their visibility.

CREATE TABLE image (
  image_id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  taken_ms INTEGER NOT NULL,            -- milliseconds since 1970, UTC (camera clock read as UTC if its offset is unknown)
  taken_at TEXT NOT NULL,               -- local time, ISO 8601, with the UTC offset if it is known
  taken_at_source TEXT NOT NULL,
  utc INTEGER NOT NULL DEFAULT 0,       -- 1: its source states only UTC
  zone TEXT, zone_guessed INTEGER NOT NULL DEFAULT 0,   -- the zone in which such a date is shown (local_time.py); 1: the computer's
  assumed_ms INTEGER NOT NULL DEFAULT 0,                -- without a UTC offset: the one that orders it among the others of its day
  sort_key TEXT NOT NULL DEFAULT '',    -- of its first file: folder and name in natural order
  visible INTEGER NOT NULL,             -- 1: see the view appearance
  rotation INTEGER NOT NULL DEFAULT 1,  -- a person's (knowledge/rotations.py): what is done to the upright picture
  part TEXT NOT NULL,                   -- 'photo', 'film' (a video), or 'half': a video that may be a live photo's
  raw INTEGER NOT NULL,                 -- 1: a RAW file
  facts INTEGER NOT NULL,               -- version of the reader of its metadata, as in ImageImported
  upright_width INTEGER NOT NULL, upright_height INTEGER NOT NULL, colour TEXT NOT NULL,   -- as the file has it
  format TEXT NOT NULL, size INTEGER NOT NULL, orientation INTEGER NOT NULL,
  camera_make TEXT, camera_model TEXT, lens TEXT,
  f_number REAL, exposure_s REAL, iso INTEGER, focal_mm REAL,
  latitude REAL, longitude REAL, altitude_m REAL,
  phash INTEGER, grey INTEGER NOT NULL, frames INTEGER NOT NULL, duration_s REAL,  -- phash: 64 bits, signed
  film_offset INTEGER, film_size INTEGER,   -- bytes: where in the file a motion photo's film is
  cut_off INTEGER NOT NULL,             -- 1: the end of its file is missing
  own_at TEXT NOT NULL, own_ms INTEGER NOT NULL, own_source TEXT NOT NULL,   -- the date claimed by the bytes or the first file
  kinds TEXT NOT NULL,                  -- JSON list: by the rules about its bytes
  content_identifier TEXT,              -- Apple's, the same for a live photo and its film
  camera TEXT,                          -- make and model of photos with a date of their own, for finding bursts
  description TEXT,                     -- may be long
  -- Generated columns come last: before others, SQLite 3.40 mistakes the others' affinities in an upsert. All are computed at
  -- each insert; a list of more than two values after IN is built anew each time.
  width INTEGER GENERATED ALWAYS AS (iif(rotation < 5, upright_width, upright_height)) VIRTUAL,    -- as it is shown
  height INTEGER GENERATED ALWAYS AS (iif(rotation < 5, upright_height, upright_width)) VIRTUAL,
  undated INTEGER GENERATED ALWAYS AS (taken_at_source IN ('mtime', 'added')) VIRTUAL,   -- 1: taken_at says only when there was a file
  dated_at TEXT GENERATED ALWAYS AS (iif(undated, NULL, taken_at)) VIRTUAL,
  month TEXT GENERATED ALWAYS AS (iif(undated, '0000-00', substr(taken_at, 1, 7))) VIRTUAL,   -- YYYY-MM; knowledge/stated.UNDATED
  offset_ms INTEGER GENERATED ALWAYS AS (   -- of taken_at
    CASE WHEN substr(taken_at, -3, 1) = ':' THEN CASE substr(taken_at, -6, 1) WHEN '+' THEN 60000 WHEN '-' THEN -60000 END
      * (substr(taken_at, -5, 2) * 60 + substr(taken_at, -2)) END) STORED,
  clock_ms INTEGER GENERATED ALWAYS AS (taken_ms + ifnull(offset_ms, 0)) VIRTUAL,   -- what a clock on the wall said, read as UTC
  day_ms INTEGER GENERATED ALWAYS AS (clock_ms - (clock_ms + 62167219200000) % 86400000) VIRTUAL,   -- its midnight; the sum counts from the year 0
  time_key INTEGER GENERATED ALWAYS AS ((day_ms / 86400000 + 719528) * 1000000000
    + taken_ms - iif(offset_ms IS NULL, assumed_ms, 0) - day_ms + 50400000 - undated * 4000000000000000) VIRTUAL,
    -- sort key: the day on the wall, then UTC; below 0 if the date is unknown
  tie TEXT GENERATED ALWAYS AS (sort_key || image_id) VIRTUAL,   -- sort key among those of the same moment
  unsure INTEGER GENERATED ALWAYS AS (   -- 1: taken_at is a guess, or only its year or month is known (knowledge/stated.py)
    undated OR taken_at_source = 'folder'
    OR substr(taken_at, 9) = '01T12:00:00' AND taken_at_source NOT IN ('user', 'filename')) VIRTUAL,
  camera_name TEXT GENERATED ALWAYS AS (trim(coalesce(camera_make, '') || ' ' || coalesce(camera_model, ''))) VIRTUAL  -- '': unknown
) STRICT, WITHOUT ROWID;
CREATE INDEX image_timeline ON image (time_key, tie) WHERE visible = 1;
CREATE INDEX image_zoned ON image (clock_ms, offset_ms) WHERE offset_ms IS NOT NULL;
CREATE INDEX image_unzoned ON image (clock_ms) WHERE offset_ms IS NULL;
CREATE INDEX image_added ON image (position, image_id) WHERE visible = 1;
CREATE INDEX image_month ON image (month) WHERE visible = 1;
CREATE INDEX image_unseen ON image (image_id) WHERE visible = 0;
CREATE INDEX image_stale ON image (image_id) WHERE facts < 6;     -- 6: the reader's version (knowledge/facts_version.py)
CREATE INDEX image_shot ON image (camera, own_ms) WHERE camera IS NOT NULL;

CREATE TABLE hidden (image_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- An image is visible while one of its files is present, the user has not hidden it, it is not in the bin, and it is neither the video of a present
-- live photo nor the RAW file of a present photo (hiding the photo hides both), regardless of the order of events. CASE, since
-- SQLite evaluates both sides of AND in a column. It stands where its first file does; a missing file counts only if none is
-- present.
CREATE VIEW appearance AS
  SELECT i.image_id,
      CASE WHEN NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0) THEN 0
        WHEN EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = i.image_id) THEN 0
        WHEN EXISTS (SELECT 1 FROM binned b WHERE b.image_id = i.image_id) THEN 0
        WHEN i.part = 'half' THEN NOT EXISTS (SELECT 1 FROM live_pair l WHERE l.film_id = i.image_id)
        WHEN i.raw THEN NOT EXISTS (SELECT 1 FROM raw_pair r WHERE r.raw_id = i.image_id)
        ELSE 1 END AS visible,
      EXISTS (SELECT 1 FROM live_pair l WHERE l.photo_id = i.image_id) AS live,
      ifnull((SELECT substr(min(f.missing || f.sort_key), 2) FROM file f WHERE f.image_id = i.image_id), '') AS sort_key
    FROM image i;

-- After a bulk load, for all at once; maintained by the triggers from then on.
UPDATE image SET (visible, sort_key) = (SELECT a.visible, a.sort_key FROM appearance a WHERE a.image_id = image.image_id)
  WHERE image_id IN (SELECT image_id FROM hidden UNION ALL SELECT image_id FROM binned
    UNION ALL SELECT i.image_id FROM image i WHERE i.part = 'half' OR i.raw
      OR NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)
    UNION ALL SELECT f.image_id FROM file f CROSS JOIN image i ON i.image_id = f.image_id WHERE f.sort_key <> i.sort_key);
INSERT INTO joint_kind (category_id, image_id)
  SELECT DISTINCT 'kind-live', photo_id FROM live_pair WHERE film_id IN (SELECT image_id FROM image WHERE part = 'half');

-- Inserting the id of an image into this view recomputes its visibility and place, at the end of the batch. `stem` in `due` does
-- so for all images with files of one stem in one folder.
CREATE TRIGGER appears INSTEAD OF INSERT ON appearance BEGIN
  INSERT INTO due (what, about) VALUES ('appearance', NEW.image_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER stem_due AFTER DELETE ON due WHEN OLD.what = 'stem' BEGIN
  INSERT INTO due (what, about) SELECT DISTINCT 'appearance', image_id FROM file WHERE stem = OLD.about AND likely(root = OLD.beside)
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER appearance_due AFTER DELETE ON due WHEN OLD.what = 'appearance' BEGIN
  UPDATE image SET (visible, sort_key) =
    (SELECT a.visible, a.sort_key FROM appearance a WHERE a.image_id = OLD.about) WHERE image_id = OLD.about;
  DELETE FROM joint_kind WHERE category_id = 'kind-live' AND image_id = OLD.about;
  INSERT INTO joint_kind (category_id, image_id)
    SELECT 'kind-live', a.image_id FROM appearance a WHERE a.image_id = OLD.about AND a.live;
END;
CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
  INSERT INTO due (what, about, beside) SELECT 'stem', stem, root FROM file WHERE image_id = NEW.image_id
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER image_became AFTER UPDATE OF part, raw, camera_model, own_at, own_source, content_identifier ON image
  WHEN OLD.part <> NEW.part OR OLD.raw <> NEW.raw OR OLD.camera_model IS NOT NEW.camera_model OR OLD.own_at <> NEW.own_at OR OLD.own_source <> NEW.own_source
    OR OLD.content_identifier IS NOT NEW.content_identifier BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
  INSERT INTO due (what, about, beside) SELECT 'stem', stem, root FROM file WHERE image_id = NEW.image_id
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER file_added AFTER INSERT ON file WHEN NEW.missing = 0 BEGIN
  INSERT INTO due (what, about, beside) VALUES ('stem', NEW.stem, NEW.root) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER file_changed AFTER UPDATE ON file
  WHEN OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing OR OLD.root <> NEW.root
    OR OLD.mtime_ns <> NEW.mtime_ns BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
  INSERT INTO due (what, about, beside) VALUES ('stem', NEW.stem, OLD.root), ('stem', NEW.stem, NEW.root) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER file_left AFTER DELETE ON file BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
  INSERT INTO due (what, about, beside) VALUES ('stem', OLD.stem, OLD.root) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER image_hidden AFTER INSERT ON hidden BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER image_shown AFTER DELETE ON hidden BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
END;
