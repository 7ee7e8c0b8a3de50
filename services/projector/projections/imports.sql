-- Imports from other programs, and what could not be taken in.

CREATE TABLE import (job_id TEXT PRIMARY KEY, source TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE import_failure (
  job_id TEXT NOT NULL, number INTEGER NOT NULL,                   -- its event's position, and its place there
  place INTEGER NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (job_id, number, place)
) STRICT, WITHOUT ROWID;
