-- Share links of albums, revoked ones too.

CREATE TABLE share_link (
  link_id TEXT PRIMARY KEY, album_id TEXT NOT NULL, secret_hash TEXT NOT NULL, label TEXT NOT NULL,
  downloads INTEGER NOT NULL, protected INTEGER NOT NULL, created_us INTEGER NOT NULL, expires_us INTEGER,
  revoked_us INTEGER, visits INTEGER NOT NULL DEFAULT 0, visited_us INTEGER,
  counted INTEGER NOT NULL                                         -- position up to which visits are counted
) STRICT, WITHOUT ROWID;
CREATE INDEX share_link_secret ON share_link (secret_hash);
CREATE INDEX share_link_album ON share_link (album_id);
