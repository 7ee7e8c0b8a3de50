-- Categories that learn from examples.

CREATE TABLE taught (category_id TEXT PRIMARY KEY, taught INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE learned (                                             -- what came of it: see knowledge/logistic.py
  category_id TEXT PRIMARY KEY, model_id TEXT NOT NULL, weights BLOB NOT NULL, scale REAL NOT NULL, bias REAL NOT NULL,
  examples INTEGER NOT NULL, refused INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
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
