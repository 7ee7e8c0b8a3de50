-- Full-text search: one document per image, with the words of its present files, its sidecars, its camera and its own. Names of
-- categories and albums are left out, as renaming one would rewrite thousands of documents.
CREATE VIEW image_words AS
  SELECT b.image_id,
      b.words || coalesce((SELECT ' ' || group_concat(text, ' ') FROM (
        SELECT p.value AS text FROM property p WHERE p.image_id = b.image_id AND p.name <> 'rating'
          AND (p.source = 'user' OR NOT EXISTS (SELECT 1 FROM remark r
            WHERE r.image_id = p.image_id AND r.field = p.name AND r.item = ''))
        UNION SELECT name FROM person WHERE image_id = b.image_id
        UNION SELECT name FROM keyword WHERE image_id = b.image_id)), '') AS words
    FROM bare_words b;
-- The words of its files and its camera, which are all for most images. The others have a row in one of the tables behind `worded`.
CREATE VIEW bare_words AS
  SELECT i.image_id,
      coalesce((SELECT group_concat(place, ' ') FROM (SELECT f.folder || ' ' || f.name AS place FROM file f
        WHERE f.image_id = i.image_id AND f.missing = 0 ORDER BY f.root, f.folder, f.name)), '')
      || ' ' || i.camera_name || ' ' || coalesce(i.lens, '') AS words
    FROM image i;
CREATE VIEW worded AS SELECT image_id FROM remark UNION SELECT image_id FROM sidecar UNION SELECT image_id FROM embedded;
CREATE TABLE document (
  number INTEGER PRIMARY KEY, image_id TEXT NOT NULL UNIQUE, words TEXT NOT NULL,
  plain TEXT,                                                      -- how other than ASCII words are indexed (plain_words.py)
  folded TEXT GENERATED ALWAYS AS (coalesce(plain, words)) VIRTUAL
) STRICT;
CREATE VIRTUAL TABLE word USING fts5 (
  folded, content = 'document', content_rowid = 'number', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
-- Documents whose `plain` is to be made.
CREATE TABLE unfolded (number INTEGER PRIMARY KEY) STRICT;

-- Inserting the id of an image into this view brings its document up to date, at the end of the batch.
CREATE TRIGGER words INSTEAD OF INSERT ON image_words BEGIN
  INSERT INTO due (what, about) VALUES ('words', NEW.image_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER words_due AFTER DELETE ON due WHEN OLD.what = 'words' BEGIN
  INSERT INTO document (image_id, words) SELECT image_id, words FROM image_words WHERE image_id = OLD.about
    ON CONFLICT (image_id) DO UPDATE SET words = excluded.words, plain = iif(excluded.words = words, plain, NULL);
END;

-- The index over the documents.
CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
  INSERT INTO word (rowid, folded) VALUES (NEW.number, coalesce(NEW.plain, NEW.words));
END;
CREATE TRIGGER document_changed AFTER UPDATE OF words, plain ON document
  WHEN coalesce(OLD.plain, OLD.words) <> coalesce(NEW.plain, NEW.words) BEGIN
  INSERT INTO word (word, rowid, folded) VALUES ('delete', OLD.number, coalesce(OLD.plain, OLD.words));
  INSERT INTO word (rowid, folded) VALUES (NEW.number, coalesce(NEW.plain, NEW.words));
END;
CREATE TRIGGER document_to_fold AFTER INSERT ON document
  WHEN length(NEW.words) <> length(CAST(NEW.words AS BLOB)) BEGIN
  INSERT INTO unfolded (number) VALUES (NEW.number) ON CONFLICT (number) DO NOTHING;
END;
CREATE TRIGGER document_to_fold_again AFTER UPDATE OF words ON document
  WHEN OLD.words <> NEW.words AND length(NEW.words) <> length(CAST(NEW.words AS BLOB)) BEGIN
  INSERT INTO unfolded (number) VALUES (NEW.number) ON CONFLICT (number) DO NOTHING;
END;
CREATE TRIGGER words_of_image AFTER INSERT ON image BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_of_image_again AFTER UPDATE OF camera_make, camera_model, lens, description ON image BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_file AFTER INSERT ON file BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_replaced_file AFTER UPDATE OF image_id, missing ON file
  WHEN OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing BEGIN
  INSERT INTO image_words (image_id) VALUES (OLD.image_id), (NEW.image_id);
END;
CREATE TRIGGER words_by_left_file AFTER DELETE ON file BEGIN
  INSERT INTO image_words (image_id) VALUES (OLD.image_id);
END;
CREATE TRIGGER words_by_sidecar AFTER INSERT ON sidecar BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_changed_sidecar AFTER UPDATE OF description, people, keywords, terms, properties, kind ON sidecar BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_silent_sidecar AFTER DELETE ON sidecar BEGIN
  INSERT INTO image_words (image_id) VALUES (OLD.image_id);
END;
