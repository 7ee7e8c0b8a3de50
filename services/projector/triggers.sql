-- An image is visible while some file of it is present, nobody hid it, and it is not the film of a live photo that is
-- present (hiding the photo hides both); in whatever order all that comes to be known.
-- Made after a bulk load, which ends with the same computed at once for all (`settle.sql`).
CREATE VIEW appearance AS
  SELECT i.image_id,
      EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)
        AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = i.image_id)
        AND NOT EXISTS (SELECT 1 FROM live_pair l WHERE l.film_id = i.image_id) AS visible,
      EXISTS (SELECT 1 FROM live_pair l WHERE l.photo_id = i.image_id) AS live
    FROM image i;
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

-- Into the view of bursts goes a moment that came up or went; what it decides is at most two seconds away.
CREATE TRIGGER bursts INSTEAD OF INSERT ON burst BEGIN
  DELETE FROM joint_kind WHERE category_id = 'kind-burst' AND image_id IN
    (SELECT image_id FROM image WHERE camera = NEW.camera AND own_ms BETWEEN NEW.own_ms - 2000 AND NEW.own_ms + 2000);
  INSERT INTO joint_kind (category_id, image_id)
    SELECT 'kind-burst', image_id FROM burst WHERE camera = NEW.camera AND own_ms BETWEEN NEW.own_ms - 2000 AND NEW.own_ms + 2000;
END;
CREATE TRIGGER shot_added AFTER INSERT ON image WHEN NEW.camera IS NOT NULL BEGIN
  INSERT INTO joint_kind (category_id, image_id) SELECT 'kind-burst', image_id FROM burst WHERE image_id = NEW.image_id;
  INSERT INTO burst (camera, own_ms) SELECT NEW.camera, NEW.own_ms WHERE NOT EXISTS
    (SELECT 1 FROM image WHERE camera = NEW.camera AND own_ms = NEW.own_ms AND image_id <> NEW.image_id);
END;
CREATE TRIGGER shot_changed AFTER UPDATE OF camera, own_ms ON image
  WHEN OLD.camera IS NOT NEW.camera OR OLD.own_ms <> NEW.own_ms BEGIN
  DELETE FROM joint_kind WHERE category_id = 'kind-burst' AND image_id = NEW.image_id;
  INSERT INTO burst (camera, own_ms) VALUES (OLD.camera, OLD.own_ms), (NEW.camera, NEW.own_ms);
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

-- The words of an image, and the index over them.
CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
  INSERT INTO word (rowid, words) VALUES (NEW.number, NEW.words);
END;
CREATE TRIGGER document_changed AFTER UPDATE OF words ON document WHEN OLD.words <> NEW.words BEGIN
  INSERT INTO word (word, rowid, words) VALUES ('delete', OLD.number, OLD.words);
  INSERT INTO word (rowid, words) VALUES (NEW.number, NEW.words);
END;
CREATE TRIGGER words_of_image AFTER INSERT ON image BEGIN
  INSERT INTO document (image_id, words) SELECT image_id, words FROM image_words WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER words_of_image_again AFTER UPDATE OF camera_make, camera_model, lens, description ON image BEGIN
  UPDATE document SET words = (SELECT words FROM image_words WHERE image_id = NEW.image_id) WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER words_by_file AFTER INSERT ON file BEGIN
  UPDATE document SET words = (SELECT words FROM image_words WHERE image_id = NEW.image_id) WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER words_by_replaced_file AFTER UPDATE OF image_id ON file WHEN OLD.image_id <> NEW.image_id BEGIN
  UPDATE document SET words = (SELECT words FROM image_words v WHERE v.image_id = document.image_id)
    WHERE image_id IN (OLD.image_id, NEW.image_id);
END;
CREATE TRIGGER words_by_left_file AFTER DELETE ON file BEGIN
  UPDATE document SET words = (SELECT words FROM image_words WHERE image_id = OLD.image_id) WHERE image_id = OLD.image_id;
END;
CREATE TRIGGER words_by_sidecar AFTER INSERT ON sidecar BEGIN
  UPDATE document SET words = (SELECT words FROM image_words WHERE image_id = NEW.image_id) WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER words_by_changed_sidecar AFTER UPDATE OF description, people, keywords ON sidecar BEGIN
  UPDATE document SET words = (SELECT words FROM image_words WHERE image_id = NEW.image_id) WHERE image_id = NEW.image_id;
END;
