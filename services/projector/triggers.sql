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
