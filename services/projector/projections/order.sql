-- The order of the timeline (docs/decisions/0011): the day on the wall, then UTC, then folder and name. A photo without a
-- UTC offset is assumed to have that of the one before it on its day's clock, or else after it; 0 if there is none.

CREATE VIEW assumption AS
  SELECT i.image_id, i.day_ms, i.clock_ms, coalesce(
      (SELECT k.offset_ms FROM image k WHERE k.offset_ms IS NOT NULL AND k.clock_ms BETWEEN i.day_ms AND i.clock_ms
        ORDER BY k.clock_ms DESC, k.offset_ms DESC LIMIT 1),
      (SELECT k.offset_ms FROM image k WHERE k.offset_ms IS NOT NULL
          AND k.clock_ms > i.clock_ms AND k.clock_ms < i.day_ms + 86400000
        ORDER BY k.clock_ms, k.offset_ms LIMIT 1),
      0) AS ms
    FROM image i WHERE i.offset_ms IS NULL;
CREATE VIEW file_order AS                                          -- present files first
  SELECT i.image_id, ifnull((SELECT substr(min(f.missing || f.sort_key), 2) FROM file f WHERE f.image_id = i.image_id), '')
      AS sort_key
    FROM image i;

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
CREATE TRIGGER assumed_at_first AFTER INSERT ON image WHEN NEW.offset_ms IS NULL BEGIN
  UPDATE image SET assumed_ms = ifnull((SELECT a.ms FROM assumption a WHERE a.image_id = NEW.image_id), 0)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER offset_known AFTER INSERT ON image WHEN NEW.offset_ms IS NOT NULL BEGIN
  INSERT INTO assumption (day_ms, clock_ms) VALUES (NEW.day_ms, NEW.clock_ms);
END;
CREATE TRIGGER offset_changed AFTER UPDATE OF taken_at, taken_ms ON image
  WHEN (OLD.taken_at, OLD.taken_ms) <> (NEW.taken_at, NEW.taken_ms) BEGIN
  UPDATE image SET assumed_ms = ifnull((SELECT a.ms FROM assumption a WHERE a.image_id = NEW.image_id), 0)
    WHERE image_id = NEW.image_id;
  INSERT INTO assumption (day_ms, clock_ms) SELECT OLD.day_ms, OLD.clock_ms WHERE OLD.offset_ms IS NOT NULL
    UNION SELECT NEW.day_ms, NEW.clock_ms WHERE NEW.offset_ms IS NOT NULL;
END;

-- Inserting the id of an image into this view recomputes which of its files comes first.
CREATE TRIGGER file_orders INSTEAD OF INSERT ON file_order BEGIN
  UPDATE image SET sort_key = (SELECT o.sort_key FROM file_order o WHERE o.image_id = NEW.image_id) WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER order_of_image AFTER INSERT ON image WHEN EXISTS (SELECT 1 FROM file f WHERE f.image_id = NEW.image_id) BEGIN
  INSERT INTO file_order (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER order_by_file AFTER INSERT ON file BEGIN
  INSERT INTO file_order (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER order_by_changed_file AFTER UPDATE ON file WHEN OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing BEGIN
  INSERT INTO file_order (image_id) SELECT OLD.image_id UNION SELECT NEW.image_id;
END;
CREATE TRIGGER order_by_left_file AFTER DELETE ON file BEGIN
  INSERT INTO file_order (image_id) VALUES (OLD.image_id);
END;
