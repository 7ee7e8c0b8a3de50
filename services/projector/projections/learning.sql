-- Categories that learn from examples.

CREATE TABLE taught (category_id TEXT PRIMARY KEY, taught INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE learned (                                             -- the learned classifier: knowledge/logistic.py
  category_id TEXT PRIMARY KEY, model_id TEXT NOT NULL, weights BLOB NOT NULL, scale REAL NOT NULL, bias REAL NOT NULL,
  examples INTEGER NOT NULL, refused INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER learned_new AFTER INSERT ON learned BEGIN
  INSERT INTO standing (category_id) VALUES (NEW.category_id);
END;
CREATE TRIGGER learned_left AFTER DELETE ON learned BEGIN
  INSERT INTO standing (category_id) VALUES (OLD.category_id);
END;
