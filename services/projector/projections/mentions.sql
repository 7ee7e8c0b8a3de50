-- Events about an image, a category or an album that lie on another stream: its history is these and its own stream.
CREATE TABLE mention (about TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (about, position)) STRICT, WITHOUT ROWID;
