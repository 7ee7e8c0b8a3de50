-- Files and folders that could not be read, and pictures that a model could not classify.

CREATE TABLE rejection (
  root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER, reason TEXT NOT NULL, position INTEGER NOT NULL, job_id TEXT NOT NULL,
  since INTEGER NOT NULL,                                          -- as in file
  kind TEXT NOT NULL,                                              -- 'file', or 'folder' (it can't be listed)
  ignored INTEGER NOT NULL,                                        -- 1: dismissed by the user
  path TEXT GENERATED ALWAYS AS (iif(folder = '', name, folder || '/' || name)) VIRTUAL,   -- relative to root
  full_path TEXT GENERATED ALWAYS AS (rtrim(root, '/') || '/' || path) VIRTUAL,
  PRIMARY KEY (root, folder, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE failure (
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, job_id TEXT NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,
  ignored INTEGER NOT NULL,
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX failure_job ON failure (job_id);

-- All failures but those in forgotten folders; `position` is unique.
CREATE VIEW problem AS
  SELECT position, kind, root, path, full_path, size, reason, ignored, NULL AS image_id, NULL AS model_id
    FROM rejection r WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.root = r.root AND s.forgotten = 1)
  UNION ALL SELECT position, 'image', NULL, NULL, NULL, NULL, reason, ignored, image_id, model_id FROM failure;

-- Links out of the photo folders, files that git-annex keeps elsewhere, and archives.
CREATE TABLE passed_over (
  root TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, examples TEXT NOT NULL,   -- JSON list of paths relative to root
  PRIMARY KEY (root, kind)
) STRICT, WITHOUT ROWID;
