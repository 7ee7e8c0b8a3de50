-- Models and their verdicts.

CREATE TABLE class (class_index INTEGER PRIMARY KEY, wnid TEXT NOT NULL, name TEXT NOT NULL) STRICT;

CREATE TABLE model (
  model_id TEXT PRIMARY KEY,
  name TEXT NOT NULL, weights_digest TEXT NOT NULL, preprocessing_id TEXT NOT NULL,
  input_size INTEGER NOT NULL, class_count INTEGER NOT NULL, source TEXT NOT NULL,
  device TEXT, precision TEXT, worker_id TEXT, loaded_us INTEGER,
  kind TEXT NOT NULL DEFAULT 'classes'                             -- what it says: classes, boxes or words
) STRICT, WITHOUT ROWID;
CREATE TABLE active_model (slot INTEGER PRIMARY KEY CHECK (slot = 1), model_id TEXT NOT NULL) STRICT;

CREATE TABLE verdict (
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, job_id TEXT NOT NULL, position INTEGER NOT NULL,
  since INTEGER NOT NULL,                                          -- position of its first verdict on the picture, as it is rotated
  classes TEXT NOT NULL,                                           -- JSON [[class_index, p], …], best first
  labels TEXT,                                                     -- JSON [name, …] of these; NULL: ImageNet's
  rotation INTEGER NOT NULL DEFAULT 1,                             -- image.rotation of the picture that it saw
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_job ON verdict (job_id);

CREATE TABLE embedding (                                           -- encoded by knowledge/embedding.py; of a words model, by vectors.py
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, position INTEGER NOT NULL, code TEXT NOT NULL,
  weights_digest TEXT,                                             -- of a words model: vectors of other weights are not comparable
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX embedding_position ON embedding (model_id, position);
CREATE TABLE heat (                                                -- where a model saw a class; cells: side × side bytes
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, class_index INTEGER NOT NULL,
  rotation INTEGER NOT NULL DEFAULT 1,                             -- as in verdict
  side INTEGER NOT NULL, cells BLOB NOT NULL, share REAL NOT NULL, weights_digest TEXT NOT NULL,
  PRIMARY KEY (image_id, model_id, class_index, rotation)
) STRICT, WITHOUT ROWID;
