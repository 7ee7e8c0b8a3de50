-- The tree of categories, and what a person decided.

CREATE TABLE category (
  category_id TEXT PRIMARY KEY,
  name TEXT NOT NULL, group_id TEXT, kind TEXT NOT NULL,           -- 'group' or 'category'
  everyday INTEGER NOT NULL, origin TEXT NOT NULL,                 -- 'builtin', 'user' or 'model' (a label)
  threshold REAL NOT NULL, chosen REAL,                            -- chosen: by the person, instead of threshold
  deleted INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
  into_id TEXT,                                                    -- where merging led to in the end (by triggers)
  shared INTEGER NOT NULL DEFAULT 0,                               -- 1: several may speak for it: merged ones, examples (by triggers)
  first_group TEXT,                                                -- the built-in one
  deserted INTEGER NOT NULL DEFAULT 0,                             -- 1: a group that built-in categories have left (by triggers)
  root TEXT GENERATED ALWAYS AS (coalesce(into_id, category_id)) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX category_root ON category (root);
CREATE INDEX category_group ON category (group_id);
CREATE TABLE merged (category_id TEXT PRIMARY KEY, into_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- Where each chain ends. A circle ends nowhere, so those on it stand for themselves.
CREATE VIEW merged_root AS WITH RECURSIVE chain (category_id, into_id) AS (
    SELECT category_id, into_id FROM merged UNION
    SELECT c.category_id, m.into_id FROM chain c JOIN merged m ON m.category_id = c.into_id)
  SELECT category_id, into_id FROM chain WHERE into_id NOT IN (SELECT category_id FROM merged);
-- The tree as a person sees it: without what was deleted or merged; in the group that its group was merged into, or in
-- none when that is gone; hidden with its group.
CREATE VIEW shown_category AS
  SELECT c.category_id, c.name, g.category_id AS group_id, c.kind, c.everyday, c.origin, c.threshold, c.chosen,
      max(c.hidden, coalesce(g.hidden, 0)) AS hidden
    FROM category c LEFT JOIN category o ON o.category_id = c.group_id
    LEFT JOIN category g ON g.category_id = o.root AND g.deleted = 0 AND g.kind = 'group'
   WHERE c.deleted = 0 AND c.into_id IS NULL;

CREATE TABLE decision (                                            -- what the person said; outranks every model
  image_id TEXT NOT NULL, category_id TEXT NOT NULL, assigned INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (image_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_category ON decision (category_id, assigned, image_id);

CREATE TABLE timeline (slot INTEGER PRIMARY KEY CHECK (slot = 1), hides TEXT NOT NULL) STRICT;  -- JSON list of category ids

-- What the tree makes of a category: where merging leads to, whether several may speak for it, whether it is a group that
-- built-in categories have left. Into this view goes the id of one that changed; all are worked out, they are few.
CREATE VIEW standing AS SELECT category_id, into_id, shared, deserted FROM category;
CREATE TRIGGER stands INSTEAD OF INSERT ON standing BEGIN
  UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
  UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
    OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
  UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
    WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
END;

-- After a bulk load; kept up afterwards by the triggers.
INSERT INTO standing (category_id) VALUES ('');

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
