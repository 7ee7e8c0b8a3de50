-- The category tree, and the user's decisions.

CREATE TABLE category (
  category_id TEXT PRIMARY KEY,
  name TEXT NOT NULL, group_id TEXT, kind TEXT NOT NULL,           -- 'group' or 'category'
  everyday INTEGER NOT NULL, origin TEXT NOT NULL,                 -- 'builtin', 'user' or 'model' (a label)
  threshold REAL NOT NULL, chosen REAL,                            -- chosen: set by the user, overrides threshold
  deleted INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
  into_id TEXT,                                                    -- the category that merging ends at (by triggers)
  boxed INTEGER NOT NULL DEFAULT 0,                                -- 1: detectors label it, besides classifiers
  shared INTEGER NOT NULL DEFAULT 0,                               -- 1: several sources may label it: boxed and merged ones, examples, descriptions (by triggers)
  first_group TEXT,                                                -- the built-in group
  deserted INTEGER NOT NULL DEFAULT 0,                             -- 1: built-in categories have left this group (by triggers)
  root TEXT GENERATED ALWAYS AS (coalesce(into_id, category_id)) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX category_root ON category (root);
CREATE INDEX category_group ON category (group_id);
CREATE TABLE merged (category_id TEXT PRIMARY KEY, into_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX merged_into ON merged (into_id);
-- The end of each merge chain, from which all are followed back. A cycle has no end, so its categories are left unmerged.
CREATE VIEW merged_root AS WITH RECURSIVE chain (category_id, into_id) AS (
    SELECT category_id, into_id FROM merged WHERE into_id NOT IN (SELECT category_id FROM merged) UNION ALL
    SELECT m.category_id, c.into_id FROM chain c CROSS JOIN merged m ON m.into_id = c.category_id)
  SELECT category_id, into_id FROM chain;
-- The tree as the user sees it: without deleted or merged categories; each in the group that its group was merged into, or
-- in none if that was deleted; hidden if its group is.
CREATE VIEW shown_category AS
  SELECT c.category_id, c.name, g.category_id AS group_id, c.kind, c.everyday, c.origin, c.threshold, c.chosen,
      max(c.hidden, coalesce(g.hidden, 0)) AS hidden
    FROM category c LEFT JOIN category o ON o.category_id = c.group_id
    LEFT JOIN category g ON g.category_id = o.root AND g.deleted = 0 AND g.kind = 'group'
   WHERE c.deleted = 0 AND c.into_id IS NULL;

CREATE TABLE decision (                                            -- the user's decision; outranks every model
  image_id TEXT NOT NULL, category_id TEXT NOT NULL, assigned INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (image_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_category ON decision (category_id, assigned, image_id);

CREATE TABLE timeline (slot INTEGER PRIMARY KEY CHECK (slot = 1), hides TEXT NOT NULL) STRICT;  -- JSON list of category ids

-- Columns derived from the tree: the merge target, whether several sources may label a category, whether built-in
-- categories have left a group. Inserting a changed id into this view recomputes them for all categories, as there are few,
-- at the end of the batch.
CREATE VIEW standing AS SELECT category_id, into_id, shared, deserted FROM category;
CREATE TRIGGER stands INSTEAD OF INSERT ON standing BEGIN
  INSERT INTO due (what, about) VALUES ('standing', '') ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER standing_due AFTER DELETE ON due WHEN OLD.what = 'standing' BEGIN
  UPDATE category SET into_id = NULL
    WHERE into_id IS NOT NULL AND category_id NOT IN (SELECT category_id FROM merged_root);
  UPDATE category SET into_id = m.into_id FROM merged_root m
    WHERE m.category_id = category.category_id AND m.into_id IS NOT category.into_id;
  UPDATE category SET shared = boxed OR category_id IN (SELECT category_id FROM learned) OR category_id IN (SELECT category_id FROM described)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = category_id IN (SELECT f.first_group FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group IS NOT NULL AND r.group_id IS NOT f.first_group);
END;

-- After a bulk load; maintained by the triggers from then on.
INSERT INTO standing (category_id) VALUES ('');
DELETE FROM due WHERE what = 'standing';

CREATE TRIGGER merged_new AFTER INSERT ON merged BEGIN
  INSERT INTO standing (category_id) VALUES (NEW.category_id);
END;
CREATE TRIGGER merged_changed AFTER UPDATE ON merged BEGIN
  INSERT INTO standing (category_id) VALUES (NEW.category_id);
END;
CREATE TRIGGER merged_left AFTER DELETE ON merged BEGIN
  INSERT INTO standing (category_id) VALUES (OLD.category_id);
END;
CREATE TRIGGER category_known AFTER INSERT ON category BEGIN
  INSERT INTO standing (category_id) VALUES (NEW.category_id);
END;
CREATE TRIGGER category_regrouped AFTER UPDATE OF group_id ON category BEGIN
  INSERT INTO standing (category_id) VALUES (NEW.category_id);
END;
