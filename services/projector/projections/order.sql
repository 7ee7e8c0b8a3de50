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

-- Inserting a day and a time into this view recomputes the assumptions that rest on an offset known there.
CREATE TRIGGER assumes INSTEAD OF INSERT ON assumption BEGIN
  UPDATE image SET assumed_ms = (SELECT a.ms FROM assumption a WHERE a.image_id = image.image_id)
   WHERE offset_ms IS NULL
     AND clock_ms >= iif(EXISTS (SELECT 1 FROM image k WHERE k.offset_ms IS NOT NULL
         AND k.clock_ms >= NEW.day_ms AND k.clock_ms < NEW.clock_ms), NEW.clock_ms, NEW.day_ms)
     AND clock_ms < ifnull((SELECT k.clock_ms FROM image k WHERE k.offset_ms IS NOT NULL
         AND k.clock_ms > NEW.clock_ms AND k.clock_ms < NEW.day_ms + 86400000 ORDER BY k.clock_ms LIMIT 1),
       NEW.day_ms + 86400000);
END;
CREATE TRIGGER assumed_at_first AFTER INSERT ON image WHEN NEW.offset_ms IS NULL AND EXISTS (SELECT 1 FROM image k
  WHERE k.offset_ms IS NOT NULL AND k.clock_ms BETWEEN NEW.day_ms AND NEW.day_ms + 86399999) BEGIN
  UPDATE image SET assumed_ms = ifnull((SELECT a.ms FROM assumption a WHERE a.image_id = NEW.image_id), 0)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER offset_known AFTER INSERT ON image WHEN NEW.offset_ms IS NOT NULL AND EXISTS (SELECT 1 FROM image k
  WHERE k.offset_ms IS NULL AND k.clock_ms BETWEEN NEW.day_ms AND NEW.day_ms + 86399999) BEGIN
  INSERT INTO assumption (day_ms, clock_ms) VALUES (NEW.day_ms, NEW.clock_ms);
END;
CREATE TRIGGER offset_changed AFTER UPDATE OF taken_at, taken_ms ON image
  WHEN (OLD.taken_at, OLD.taken_ms) <> (NEW.taken_at, NEW.taken_ms) BEGIN
  UPDATE image SET assumed_ms = ifnull((SELECT a.ms FROM assumption a WHERE a.image_id = NEW.image_id), 0)
    WHERE image_id = NEW.image_id;
  INSERT INTO assumption (day_ms, clock_ms) SELECT OLD.day_ms, OLD.clock_ms WHERE OLD.offset_ms IS NOT NULL
    UNION SELECT NEW.day_ms, NEW.clock_ms WHERE NEW.offset_ms IS NOT NULL;
END;
