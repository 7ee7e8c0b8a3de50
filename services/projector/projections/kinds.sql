-- A burst: three or more moments at which one camera took photos, each at most a second after the previous one. Moments
-- are counted instead of photos, since copies of a photo share its moment.
CREATE VIEW shot AS
  SELECT i.image_id, i.camera, i.own_ms,
      (SELECT max(b.own_ms) FROM image b WHERE b.camera = i.camera AND b.own_ms BETWEEN i.own_ms - 1000 AND i.own_ms - 1) AS before_ms,
      (SELECT min(b.own_ms) FROM image b WHERE b.camera = i.camera AND b.own_ms BETWEEN i.own_ms + 1 AND i.own_ms + 1000) AS behind_ms
    FROM image i WHERE i.camera IS NOT NULL;
CREATE VIEW burst AS
  SELECT image_id, camera, own_ms FROM shot s WHERE CASE
    WHEN before_ms IS NULL THEN behind_ms IS NOT NULL AND EXISTS
      (SELECT 1 FROM image b WHERE b.camera = s.camera AND b.own_ms BETWEEN s.behind_ms + 1 AND s.behind_ms + 1000)
    ELSE behind_ms IS NOT NULL OR EXISTS
      (SELECT 1 FROM image b WHERE b.camera = s.camera AND b.own_ms BETWEEN s.before_ms - 1000 AND s.before_ms - 1) END;

-- Kinds that depend on neighbouring pictures: it has the video of a live photo, it is a shot of a burst.
CREATE TABLE joint_kind (
  category_id TEXT NOT NULL, image_id TEXT NOT NULL, PRIMARY KEY (category_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX joint_kind_image ON joint_kind (image_id);

-- After a bulk load, for all at once; maintained by the triggers from then on.
INSERT INTO joint_kind (category_id, image_id) SELECT 'kind-burst', image_id FROM burst;

-- Inserting an added or removed moment recomputes the bursts around it: it affects moments up to two seconds away.
CREATE TRIGGER bursts INSTEAD OF INSERT ON burst BEGIN
  INSERT INTO due (what, about, beside) SELECT 'bursts', NEW.camera, NEW.own_ms WHERE NEW.camera IS NOT NULL
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER bursts_due AFTER DELETE ON due WHEN OLD.what = 'bursts' BEGIN
  DELETE FROM joint_kind WHERE category_id = 'kind-burst' AND image_id IN
    (SELECT image_id FROM image WHERE camera = OLD.about AND own_ms BETWEEN OLD.beside - 2000 AND OLD.beside + 2000);
  INSERT INTO joint_kind (category_id, image_id)
    SELECT 'kind-burst', image_id FROM burst WHERE camera = OLD.about AND own_ms BETWEEN OLD.beside - 2000 AND OLD.beside + 2000;
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

-- Kinds by rules, as labels of `rules` and `sidecar`: what the bytes say, the names and folders of present files, and the
-- sidecars. A name put right or stars taken away take their kinds with them. What a name calls a screenshot is no panorama,
-- however long.
CREATE VIEW rule_kind AS                                           -- not UNION: SQLite would search it only as a whole
  SELECT i.image_id, 'rules' AS model_id, k.value AS category_id FROM image i CROSS JOIN json_each(i.kinds) k WHERE i.kinds <> '[]'
    AND (k.value <> 'kind-panorama' OR NOT EXISTS
      (SELECT 1 FROM file n WHERE n.image_id = i.image_id AND n.missing = 0 AND n.kinds LIKE '%"kind-screenshot"%'))
  UNION ALL
  SELECT f.image_id, 'rules', k.value FROM file f CROSS JOIN json_each(f.kinds) k WHERE f.kinds <> '[]' AND f.missing = 0
  UNION ALL
  SELECT s.image_id, 'sidecar', k.value FROM sidecar s CROSS JOIN json_each(s.kinds) k WHERE s.kinds <> '[]'
  UNION ALL
  SELECT o.image_id, 'rules', 'kind-favorite' FROM own_words o WHERE o.favorite;

-- After a bulk load, for all at once; maintained by the triggers from then on.
INSERT INTO label (image_id, model_id, category_id, score)
  SELECT DISTINCT image_id, model_id, category_id, 1 FROM rule_kind;

-- Inserting the id of an image into this view recomputes its kinds, at the end of the batch.
CREATE TRIGGER rule_kinds INSTEAD OF INSERT ON rule_kind BEGIN
  INSERT INTO due (what, about, beside) VALUES ('kinds', NEW.image_id, NEW.model_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER kinds_due AFTER DELETE ON due WHEN OLD.what = 'kinds' BEGIN
  DELETE FROM label WHERE image_id = OLD.about AND model_id = OLD.beside;
  INSERT INTO label (image_id, model_id, category_id, score)
    SELECT DISTINCT OLD.about, OLD.beside, category_id, 1 FROM rule_kind
     WHERE image_id = OLD.about AND model_id = OLD.beside;
END;
CREATE TRIGGER kinds_of_image AFTER INSERT ON image WHEN NEW.kinds <> '[]' BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER kinds_of_image_again AFTER UPDATE OF kinds ON image WHEN OLD.kinds <> NEW.kinds BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER kinds_by_file AFTER INSERT ON file WHEN NEW.kinds <> '[]' BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'rules');
END;
CREATE TRIGGER kinds_by_changed_file AFTER UPDATE OF image_id, missing, kinds ON file
  WHEN (OLD.kinds <> '[]' OR NEW.kinds <> '[]')
    AND (OLD.image_id <> NEW.image_id OR OLD.missing <> NEW.missing OR OLD.kinds <> NEW.kinds) BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (OLD.image_id, 'rules'), (NEW.image_id, 'rules');
END;
CREATE TRIGGER kinds_by_left_file AFTER DELETE ON file WHEN OLD.kinds <> '[]' BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (OLD.image_id, 'rules');
END;
CREATE TRIGGER kinds_by_sidecar AFTER INSERT ON sidecar WHEN NEW.kinds <> '[]' BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'sidecar');
END;
CREATE TRIGGER kinds_by_changed_sidecar AFTER UPDATE OF kinds ON sidecar WHEN OLD.kinds <> NEW.kinds BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (NEW.image_id, 'sidecar');
END;
CREATE TRIGGER kinds_by_silent_sidecar AFTER DELETE ON sidecar WHEN OLD.kinds <> '[]' BEGIN
  INSERT INTO rule_kind (image_id, model_id) VALUES (OLD.image_id, 'sidecar');
END;
