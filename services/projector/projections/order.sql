-- The order of the timeline (docs/decisions/0011): the day on the wall, then UTC, then folder and name (photos.sql). A photo
-- without a UTC offset is assumed to have that of the one before it on its day's clock, or else after it; 0 if there is none.

CREATE VIEW assumption AS
  SELECT i.image_id, i.day_ms, i.clock_ms, coalesce(
      (SELECT k.offset_ms FROM image k WHERE k.offset_ms IS NOT NULL AND k.clock_ms BETWEEN i.day_ms AND i.clock_ms
        ORDER BY k.clock_ms DESC, k.offset_ms DESC LIMIT 1),
      (SELECT k.offset_ms FROM image k WHERE k.offset_ms IS NOT NULL
          AND k.clock_ms > i.clock_ms AND k.clock_ms < i.day_ms + 86400000
        ORDER BY k.clock_ms, k.offset_ms LIMIT 1),
      0) AS ms
    FROM image i WHERE i.offset_ms IS NULL;

-- Inserting a day into this view recomputes the assumptions that rest on the offsets known on it, at the end of the batch.
CREATE TRIGGER assumes INSTEAD OF INSERT ON assumption BEGIN
  INSERT INTO due (what, about, beside) VALUES ('order', '', NEW.day_ms) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER order_due AFTER DELETE ON due WHEN OLD.what = 'order' BEGIN
  UPDATE image SET assumed_ms = a.ms FROM assumption a WHERE a.image_id = image.image_id AND a.ms <> image.assumed_ms
    AND a.clock_ms >= OLD.beside AND a.clock_ms < OLD.beside + 86400000;
END;
CREATE TRIGGER assumed_at_first AFTER INSERT ON image WHEN NEW.offset_ms IS NULL AND EXISTS (SELECT 1 FROM image k
  WHERE k.offset_ms IS NOT NULL AND k.clock_ms BETWEEN NEW.day_ms AND NEW.day_ms + 86399999) BEGIN
  UPDATE image SET assumed_ms = ifnull((SELECT a.ms FROM assumption a WHERE a.image_id = NEW.image_id), 0)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER offset_known AFTER INSERT ON image WHEN NEW.offset_ms IS NOT NULL AND EXISTS (SELECT 1 FROM image k
  WHERE k.offset_ms IS NULL AND k.clock_ms BETWEEN NEW.day_ms AND NEW.day_ms + 86399999) BEGIN
  INSERT INTO assumption (day_ms) VALUES (NEW.day_ms);
END;
CREATE TRIGGER offset_changed AFTER UPDATE OF taken_at, taken_ms ON image
  WHEN (OLD.taken_at, OLD.taken_ms) <> (NEW.taken_at, NEW.taken_ms) BEGIN
  UPDATE image SET assumed_ms = ifnull((SELECT a.ms FROM assumption a WHERE a.image_id = NEW.image_id), 0)
    WHERE image_id = NEW.image_id;
  INSERT INTO assumption (day_ms) SELECT OLD.day_ms WHERE OLD.offset_ms IS NOT NULL
    UNION SELECT NEW.day_ms WHERE NEW.offset_ms IS NOT NULL;
END;
