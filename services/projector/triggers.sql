-- An image is visible while some file of it is present and nobody hid it, in whatever order all that comes to be known.
-- Made after a bulk load, which ends with `visible` and the dates computed at once for all.
CREATE TRIGGER image_added AFTER INSERT ON image BEGIN
  UPDATE image SET visible = 0 WHERE image_id = NEW.image_id
    AND (NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = NEW.image_id AND f.missing = 0)
      OR EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = NEW.image_id));
END;
CREATE TRIGGER file_added AFTER INSERT ON file WHEN NEW.missing = 0 BEGIN
  UPDATE image SET visible = 1 WHERE image_id = NEW.image_id AND visible = 0
    AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = NEW.image_id);
END;
CREATE TRIGGER file_changed AFTER UPDATE ON file WHEN OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing BEGIN
  UPDATE image SET visible = EXISTS (SELECT 1 FROM file f WHERE f.image_id = image.image_id AND f.missing = 0)
      AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = image.image_id)
    WHERE image_id IN (OLD.image_id, NEW.image_id);
END;
CREATE TRIGGER file_left AFTER DELETE ON file BEGIN
  UPDATE image SET visible = EXISTS (SELECT 1 FROM file f WHERE f.image_id = image.image_id AND f.missing = 0)
      AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = image.image_id)
    WHERE image_id = OLD.image_id;
END;
CREATE TRIGGER image_hidden AFTER INSERT ON hidden BEGIN
  UPDATE image SET visible = 0 WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER image_shown AFTER DELETE ON hidden BEGIN
  UPDATE image SET visible = EXISTS (SELECT 1 FROM file f WHERE f.image_id = image.image_id AND f.missing = 0)
    WHERE image_id = OLD.image_id;
END;

-- The date is that of the best claim. A file's claims only matter where there is no better one.
CREATE TRIGGER date_of_image AFTER INSERT ON image BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_of_image_again AFTER UPDATE OF own_at, own_ms, own_source ON image BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_by_file AFTER INSERT ON file WHEN NEW.claim_ms IS NOT NULL BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id AND taken_at_source IN ('filename', 'folder', 'mtime');
END;
CREATE TRIGGER date_by_changed_file AFTER UPDATE OF image_id, claim_at, claim_ms, claim_source ON file BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id AND taken_at_source IN ('filename', 'folder', 'mtime');
END;
CREATE TRIGGER date_by_replaced_file AFTER UPDATE OF image_id ON file WHEN OLD.image_id <> NEW.image_id BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = OLD.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = OLD.image_id AND taken_at_source IN ('filename', 'folder', 'mtime');
END;
CREATE TRIGGER date_by_left_file AFTER DELETE ON file WHEN OLD.claim_ms IS NOT NULL BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = OLD.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = OLD.image_id AND taken_at_source IN ('filename', 'folder', 'mtime');
END;
CREATE TRIGGER date_by_sidecar AFTER INSERT ON sidecar BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_by_changed_sidecar AFTER UPDATE ON sidecar BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_by_correction AFTER INSERT ON correction BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_by_changed_correction AFTER UPDATE ON correction BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = NEW.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_by_withdrawn_correction AFTER DELETE ON correction BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = OLD.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
    WHERE image_id = OLD.image_id;
END;

-- Where merging leads to, and for which categories several may speak; worked out for all, they are few.
CREATE TRIGGER merged_new AFTER INSERT ON merged BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
CREATE TRIGGER merged_changed AFTER UPDATE ON merged BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
CREATE TRIGGER merged_left AFTER DELETE ON merged BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
CREATE TRIGGER merged_known AFTER INSERT ON category BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
CREATE TRIGGER learned_new AFTER INSERT ON learned BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
CREATE TRIGGER learned_left AFTER DELETE ON learned BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
CREATE TRIGGER category_regrouped AFTER UPDATE OF group_id ON category BEGIN
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;
