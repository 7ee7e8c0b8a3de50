-- Events about an image, a category or an album on another stream: its history is its own stream plus these.
CREATE TABLE mention (about TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (about, position)) STRICT, WITHOUT ROWID;
