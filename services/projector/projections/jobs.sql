-- Jobs, their progress, and undone commands.

CREATE TABLE job (
  job_id TEXT PRIMARY KEY,                                         -- the command's id
  position INTEGER NOT NULL, kind TEXT NOT NULL,                   -- 'scan', 'classify', 'export' or 'import'
  status TEXT NOT NULL,                                            -- running, paused, done, failed, cancelled
  model_id TEXT, scope TEXT, images TEXT, asked INTEGER,           -- images: JSON list of ids when scope = 'images'; asked: how many
  started_us INTEGER NOT NULL, finished_us INTEGER,
  total INTEGER, done INTEGER, failed INTEGER, added INTEGER,      -- set at the end
  activates INTEGER NOT NULL DEFAULT 0,                            -- 1: its model comes into use once it is done
  zone TEXT                                                        -- the computer's time zone, of a scan
) STRICT, WITHOUT ROWID;
CREATE INDEX job_status ON job (status, position);
CREATE INDEX job_zone ON job (position, zone) WHERE zone IS NOT NULL;

CREATE TABLE undone (command_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
