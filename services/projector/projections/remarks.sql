-- What people say of photos (domain/photos/remark.py), and what counts: they first, then the file. Only what somebody has said
-- has a row; favourites and the bin are decisions on categories.
CREATE TABLE remark (
  image_id TEXT NOT NULL, field TEXT NOT NULL,
  item TEXT NOT NULL,                                              -- a keyword or a name; '' for a field with one value
  value ANY NOT NULL,                                              -- of a keyword or a name: 1 it has it, 0 it has not
  PRIMARY KEY (image_id, field, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX remark_item ON remark (field, item, value);

CREATE VIEW person AS
  SELECT image_id, name FROM file_person f WHERE NOT EXISTS
    (SELECT 1 FROM remark r WHERE r.image_id = f.image_id AND r.field = 'people' AND r.item = f.name)
  UNION ALL
  SELECT image_id, item FROM remark WHERE field = 'people' AND value = 1;
-- Their faces, as JSON objects; none of somebody of whom a person says that they are not on the photo.
CREATE VIEW region AS
  SELECT image_id, name, region FROM file_region f WHERE NOT EXISTS
    (SELECT 1 FROM remark r WHERE r.image_id = f.image_id AND r.item = f.name AND (r.field = 'face' OR r.field = 'people' AND r.value = 0))
  UNION ALL
  SELECT f.image_id, f.item, CAST(f.value AS TEXT) FROM remark f WHERE f.field = 'face' AND NOT EXISTS
    (SELECT 1 FROM remark r WHERE r.image_id = f.image_id AND r.field = 'people' AND r.item = f.item AND r.value = 0);
-- Keywords, and what they stand below: Places and Austria for the keyword Vienna of a photo there. People write Places|Austria|Vienna.
CREATE VIEW keyword AS
  SELECT image_id, name FROM file_keyword f WHERE NOT EXISTS
    (SELECT 1 FROM remark r WHERE r.image_id = f.image_id AND r.field = 'keywords' AND r.item = f.name)
  UNION ALL
  SELECT r.image_id, CAST(k.value AS TEXT) FROM remark r CROSS JOIN json_each(iif(r.item GLOB '*[' || char(1) || '-' || char(31) || ']*',
      '[]', '["' || replace(replace(replace(r.item, '\', '\\'), '"', '\"'), '|', '","') || '"]')) k
   WHERE r.field = 'keywords' AND r.value = 1;                     -- SQLite allows no view to quote JSON by itself
CREATE VIEW keyword_path AS
  SELECT image_id, path FROM file_keyword_path f WHERE NOT EXISTS
    (SELECT 1 FROM remark r WHERE r.image_id = f.image_id AND r.field = 'keywords' AND r.value = 0
      AND '|' || r.item = substr('|' || f.path, -length(r.item) - 1))
  UNION ALL
  SELECT image_id, item FROM remark WHERE field = 'keywords' AND value = 1 AND instr(item, '|');

-- How a photo is rotated: after a bulk load, for all at once, then by the triggers.
UPDATE image SET rotation = r.value FROM remark r WHERE r.image_id = image.image_id AND r.field = 'rotation' AND r.item = '';

CREATE TRIGGER rotated AFTER INSERT ON remark WHEN NEW.field = 'rotation' BEGIN
  UPDATE image SET rotation = NEW.value WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER rotated_again AFTER UPDATE OF value ON remark WHEN NEW.field = 'rotation' BEGIN
  UPDATE image SET rotation = NEW.value WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER rotated_back AFTER DELETE ON remark WHEN OLD.field = 'rotation' BEGIN
  UPDATE image SET rotation = 1 WHERE image_id = OLD.image_id;
END;
CREATE TRIGGER rotated_before AFTER INSERT ON image
  WHEN EXISTS (SELECT 1 FROM remark WHERE image_id = NEW.image_id AND field = 'rotation') BEGIN
  UPDATE image SET rotation = r.value FROM remark r WHERE image.image_id = NEW.image_id
    AND r.image_id = NEW.image_id AND r.field = 'rotation' AND r.item = '';
END;
CREATE TRIGGER words_by_remark AFTER INSERT ON remark WHEN NEW.field IN ('title', 'caption', 'keywords', 'people') BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_changed_remark AFTER UPDATE OF value ON remark
  WHEN NEW.field IN ('title', 'caption', 'keywords', 'people') AND OLD.value <> NEW.value BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_withdrawn_remark AFTER DELETE ON remark
  WHEN OLD.field IN ('title', 'caption', 'keywords', 'people') BEGIN
  INSERT INTO image_words (image_id) VALUES (OLD.image_id);
END;
