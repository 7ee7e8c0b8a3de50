CREATE TABLE sidecar (                                             -- sidecar files and their claims
  image_id TEXT NOT NULL, root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
  since INTEGER NOT NULL,                                          -- as in file
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER, kind TEXT NOT NULL, claim_at TEXT, claim_ms INTEGER,
  stated INTEGER NOT NULL,                                         -- leading characters of claim_at to compare with the picture's own
  latitude REAL, longitude REAL, altitude_m REAL, description TEXT,
  favorite INTEGER NOT NULL, archived INTEGER NOT NULL, trashed INTEGER NOT NULL, people TEXT NOT NULL, keywords TEXT NOT NULL,
  terms TEXT NOT NULL, stars INTEGER,                              -- keywords and what they stand below; NULL: nothing is said of stars
  kinds TEXT NOT NULL,                                             -- JSON list: favourite, archived, trash
  paths TEXT NOT NULL, properties TEXT NOT NULL, regions TEXT NOT NULL,  -- JSON: see keyword_path, property and region
  unread TEXT NOT NULL,                                            -- JSON list: what could not be read, as in SidecarRead
  facts INTEGER NOT NULL,                                          -- as in SidecarRead
  path TEXT GENERATED ALWAYS AS (iif(folder = '', name, folder || '/' || name)) VIRTUAL,   -- relative to root
  PRIMARY KEY (image_id, root, folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecar_place ON sidecar (root, folder, name);
CREATE INDEX sidecar_trashed ON sidecar (image_id, trashed) WHERE trashed = 1;
CREATE INDEX sidecar_unread ON sidecar (unread, image_id) WHERE unread <> '[]';
