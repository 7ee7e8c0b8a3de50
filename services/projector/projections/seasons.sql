-- Whose seasons a search means: no row until somebody has chosen.
CREATE TABLE seasons (slot INTEGER PRIMARY KEY CHECK (slot = 1), south INTEGER NOT NULL) STRICT;
