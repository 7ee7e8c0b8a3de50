-- Exports; each is a job, too.

CREATE TABLE export (
  job_id TEXT PRIMARY KEY,
  folder TEXT NOT NULL, beside INTEGER NOT NULL,                   -- beside: 1: sidecars lie beside the photos
  written INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,   -- files
  reason TEXT NOT NULL DEFAULT '',                                 -- why it stopped early; '': it did not
  failures TEXT NOT NULL DEFAULT '[]'                              -- JSON list of objects: image_id, root, path, reason
) STRICT, WITHOUT ROWID;
