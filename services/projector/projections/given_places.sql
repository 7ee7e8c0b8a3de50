-- The place that each command gave, the last one if it gave several: for offering them again.
CREATE TABLE given_place (
  job_id TEXT PRIMARY KEY,                                         -- of the command, or of the import
  position INTEGER NOT NULL,
  place TEXT NOT NULL                                              -- latitude,longitude, as in remark
) STRICT, WITHOUT ROWID;
CREATE INDEX given_place_position ON given_place (position);
