-- Files and folders that could not be read, and pictures that a model could not classify.

CREATE TABLE rejection (
  root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER, reason TEXT NOT NULL, position INTEGER NOT NULL, job_id TEXT NOT NULL,
  since INTEGER NOT NULL,                                          -- as in file
  kind TEXT NOT NULL,                                              -- 'file', or 'folder' (it can't be listed)
  ignored INTEGER NOT NULL,                                        -- 1: dismissed by the user
  path TEXT GENERATED ALWAYS AS (iif(folder = '', name, folder || '/' || name)) VIRTUAL,   -- relative to root
  full_path TEXT GENERATED ALWAYS AS (rtrim(root, '/') || '/' || path) VIRTUAL,
  UNIQUE (root, folder, name)
) STRICT;                                                          -- with rowids: names of 750 bytes are in no other index
CREATE INDEX rejection_position ON rejection (ignored, position, root);
CREATE INDEX rejection_reason ON rejection (ignored, kind, reason, position, root);
CREATE INDEX rejection_job ON rejection (job_id, position);

CREATE TABLE failure (
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, job_id TEXT NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,
  ignored INTEGER NOT NULL,
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX failure_job ON failure (job_id);
CREATE INDEX failure_position ON failure (ignored, position);
CREATE INDEX failure_reason ON failure (ignored, reason, position, model_id);

-- All but those in forgotten folders.
CREATE VIEW current_rejection AS SELECT * FROM rejection WHERE root NOT IN (SELECT root FROM source WHERE forgotten = 1);

-- `position` is unique. SQLite uses the indexes of both halves only while they have the same types.
CREATE VIEW problem AS
  SELECT position, kind, root, path, full_path, size, reason, ignored, CAST(NULL AS TEXT) AS image_id,
      CAST(NULL AS TEXT) AS model_id
    FROM current_rejection
  UNION ALL SELECT position, CAST('image' AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT), CAST(NULL AS TEXT),
    CAST(NULL AS INTEGER), reason, ignored, image_id, model_id FROM failure;

-- Links out of the photo folders, files that git-annex keeps elsewhere, and archives.
CREATE TABLE passed_over (
  root TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, examples TEXT NOT NULL,   -- JSON list of paths relative to root
  PRIMARY KEY (root, kind)
) STRICT, WITHOUT ROWID;
