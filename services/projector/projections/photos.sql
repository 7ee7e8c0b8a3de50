-- Images, and which of them are seen.

CREATE TABLE image (
  image_id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  taken_ms INTEGER NOT NULL,            -- sort key: milliseconds since 1970, UTC (camera clock read as UTC where no offset is known)
  taken_at TEXT NOT NULL,               -- as on the camera's clock, ISO 8601
  taken_at_source TEXT NOT NULL,
  month TEXT NOT NULL,                  -- YYYY-MM of taken_at
  visible INTEGER NOT NULL,             -- 1 while some file of it is present, nobody hid it, and it is no half of a live photo
  width INTEGER NOT NULL, height INTEGER NOT NULL, colour TEXT NOT NULL,
  format TEXT NOT NULL, size INTEGER NOT NULL, orientation INTEGER NOT NULL,
  camera_make TEXT, camera_model TEXT, lens TEXT,
  f_number REAL, exposure_s REAL, iso INTEGER, focal_mm REAL,
  latitude REAL, longitude REAL, altitude_m REAL,
  description TEXT, phash INTEGER, grey INTEGER NOT NULL, frames INTEGER NOT NULL, duration_s REAL,  -- phash: 64 bits, signed
  part TEXT NOT NULL,                   -- 'photo', 'film', or 'half': a film as short as the one of a live photo
  own_at TEXT NOT NULL, own_ms INTEGER NOT NULL, own_source TEXT NOT NULL,   -- the date that the bytes, or the first file, claim
  camera TEXT,                          -- make and model, where a burst is looked for: of photos that say themselves when they were taken
  camera_name TEXT GENERATED ALWAYS AS (trim(coalesce(camera_make, '') || ' ' || coalesce(camera_model, ''))) VIRTUAL  -- '': unknown
) STRICT, WITHOUT ROWID;
CREATE INDEX image_timeline ON image (taken_ms, image_id) WHERE visible = 1;
CREATE INDEX image_month ON image (month) WHERE visible = 1;
CREATE INDEX image_unseen ON image (image_id) WHERE visible = 0;
CREATE INDEX image_shot ON image (camera, own_ms) WHERE camera IS NOT NULL;

CREATE TABLE hidden (image_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- An image is visible while some file of it is present, nobody hid it, and it is not the film of a live photo that is
-- present (hiding the photo hides both); in whatever order all that comes to be known.
CREATE VIEW appearance AS
  SELECT i.image_id,
      EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)
        AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = i.image_id)
        AND NOT EXISTS (SELECT 1 FROM live_pair l WHERE l.film_id = i.image_id) AS visible,
      EXISTS (SELECT 1 FROM live_pair l WHERE l.photo_id = i.image_id) AS live
    FROM image i;

-- After a bulk load, at once for all; kept up afterwards by the triggers.
UPDATE image SET visible = 0 WHERE image_id IN (SELECT image_id FROM appearance WHERE NOT visible);
INSERT INTO joint_kind (category_id, image_id)
  SELECT DISTINCT 'kind-live', photo_id FROM live_pair WHERE film_id IN (SELECT image_id FROM image WHERE part = 'half');

-- Into this view goes the id of an image whose appearance may have changed.
CREATE TRIGGER appears INSTEAD OF INSERT ON appearance BEGIN
  UPDATE image SET visible = (SELECT a.visible FROM appearance a WHERE a.image_id = NEW.image_id) WHERE image_id = NEW.image_id;
  DELETE FROM joint_kind WHERE category_id = 'kind-live' AND image_id = NEW.image_id;
  INSERT INTO joint_kind (category_id, image_id)
    SELECT 'kind-live', a.image_id FROM appearance a WHERE a.image_id = NEW.image_id AND a.live;
END;
CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
  INSERT INTO appearance (image_id) SELECT NEW.image_id UNION
    SELECT n.image_id FROM file f JOIN file n ON n.stem = f.stem AND +n.root = f.root
      WHERE f.image_id = NEW.image_id;
END;
CREATE TRIGGER image_became AFTER UPDATE OF part ON image WHEN OLD.part <> NEW.part BEGIN
  INSERT INTO appearance (image_id) SELECT NEW.image_id UNION
    SELECT n.image_id FROM file f JOIN file n ON n.stem = f.stem AND +n.root = f.root
      WHERE f.image_id = NEW.image_id;
END;
CREATE TRIGGER file_added AFTER INSERT ON file WHEN NEW.missing = 0 BEGIN
  INSERT INTO appearance (image_id) SELECT DISTINCT image_id FROM file
    WHERE stem = NEW.stem AND +root = NEW.root;
END;
CREATE TRIGGER file_changed AFTER UPDATE ON file WHEN OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing BEGIN
  INSERT INTO appearance (image_id) SELECT OLD.image_id UNION SELECT image_id FROM file
    WHERE stem = NEW.stem AND +root = NEW.root;
END;
CREATE TRIGGER file_left AFTER DELETE ON file BEGIN
  INSERT INTO appearance (image_id) SELECT OLD.image_id UNION SELECT image_id FROM file
    WHERE stem = OLD.stem AND +root = OLD.root;
END;
CREATE TRIGGER image_hidden AFTER INSERT ON hidden BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER image_shown AFTER DELETE ON hidden BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
END;
