-- An image is visible while some file of it is present, in whatever order images and files come to be known.
-- Made after a bulk load, which ends with `visible` computed at once for all.
CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
  UPDATE image SET visible = 0 WHERE image_id = NEW.image_id
    AND NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = NEW.image_id AND f.missing = 0);
END;
CREATE TRIGGER file_added AFTER INSERT ON file WHEN NEW.missing = 0 BEGIN
  UPDATE image SET visible = 1 WHERE image_id = NEW.image_id AND visible = 0;
END;
CREATE TRIGGER file_changed AFTER UPDATE ON file WHEN OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing BEGIN
  UPDATE image SET visible = EXISTS (SELECT 1 FROM file f WHERE f.image_id = image.image_id AND f.missing = 0)
    WHERE image_id IN (OLD.image_id, NEW.image_id);
END;
