-- What pictures say of themselves, inside the file: keywords, people, stars, … Only pictures that say something have a row.
CREATE TABLE embedded (
  image_id TEXT PRIMARY KEY, favorite INTEGER NOT NULL, stars INTEGER,   -- favorite: it has all the stars
  people TEXT NOT NULL, keywords TEXT NOT NULL, terms TEXT NOT NULL,           -- JSON lists; terms: as in sidecar
  paths TEXT NOT NULL, properties TEXT NOT NULL, regions TEXT NOT NULL, unread TEXT NOT NULL   -- as in sidecar
) STRICT, WITHOUT ROWID;
CREATE INDEX embedded_unread ON embedded (unread, image_id) WHERE unread <> '[]';

-- The same as far as no sidecar says something else, as the person may have edited that. The people of sidecars that know
-- nothing of those in the file (`claimant.adds`) are added to these.
CREATE VIEW own_words AS
  SELECT e.image_id,
      e.favorite AND NOT EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.stars IS NOT NULL) AS favorite,
      iif(EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.people <> '[]'
        AND s.kind NOT IN (SELECT name FROM claimant WHERE adds = 1)), '[]', e.people) AS people,
      iif(EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.keywords <> '[]'), '[]', e.keywords) AS keywords,
      iif(EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.keywords <> '[]'), '[]', e.terms) AS terms,
      iif(EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.keywords <> '[]'), '[]', e.paths) AS paths
    FROM embedded e;

-- All parts of these views have columns of the same affinity (see image_category).
CREATE VIEW file_person AS
  SELECT s.image_id, CAST(p.value AS TEXT) AS name FROM sidecar s CROSS JOIN json_each(s.people) p WHERE s.people <> '[]'
  UNION ALL
  SELECT o.image_id, CAST(p.value AS TEXT) FROM own_words o CROSS JOIN json_each(o.people) p;
CREATE VIEW file_keyword AS
  SELECT s.image_id, CAST(k.value AS TEXT) AS name FROM sidecar s CROSS JOIN json_each(s.terms) k WHERE s.terms <> '[]'
  UNION ALL
  SELECT o.image_id, CAST(k.value AS TEXT) FROM own_words o CROSS JOIN json_each(o.terms) k;
-- Keywords that stand below others, with all of these: Places|Austria|Vienna.
CREATE VIEW file_keyword_path AS
  SELECT s.image_id, CAST(p.value AS TEXT) AS path FROM sidecar s CROSS JOIN json_each(s.paths) p WHERE s.paths <> '[]'
  UNION ALL
  SELECT o.image_id, CAST(p.value AS TEXT) FROM own_words o CROSS JOIN json_each(o.paths) p;

CREATE TRIGGER words_by_inside AFTER INSERT ON embedded BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_changed_inside AFTER UPDATE OF people, terms, properties ON embedded BEGIN
  INSERT INTO image_words (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER words_by_silent_inside AFTER DELETE ON embedded BEGIN
  INSERT INTO image_words (image_id) VALUES (OLD.image_id);
END;
CREATE TRIGGER kinds_by_inside AFTER INSERT ON embedded WHEN NEW.favorite BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER kinds_by_changed_inside AFTER UPDATE OF favorite ON embedded WHEN OLD.favorite <> NEW.favorite BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER kinds_by_silent_inside AFTER DELETE ON embedded WHEN OLD.favorite BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (OLD.image_id, 'rules');
END;
CREATE TRIGGER stars_by_sidecar AFTER INSERT ON sidecar WHEN NEW.stars IS NOT NULL BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER stars_by_changed_sidecar AFTER UPDATE OF stars ON sidecar
  WHEN (OLD.stars IS NULL) <> (NEW.stars IS NULL) BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER stars_by_silent_sidecar AFTER DELETE ON sidecar WHEN OLD.stars IS NOT NULL BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (OLD.image_id, 'rules');
END;
