-- The people and things that detectors found, and where.

CREATE TABLE object (                                              -- lengths in thousandths of the picture that it saw
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, number INTEGER NOT NULL,
  label INTEGER NOT NULL,                                          -- index in knowledge/coco.py
  score REAL NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
  rotation INTEGER NOT NULL,                                       -- as in verdict
  PRIMARY KEY (image_id, model_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE crowd (                                               -- how many people are clearly visible; no row: nobody has looked
  image_id TEXT PRIMARY KEY, people INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
