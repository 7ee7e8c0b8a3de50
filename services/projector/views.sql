-- The read tables. Disposable: rebuilt from the log whenever this file, the taxonomy or a projection changes.
-- Written by the projector alone. `position` is the place in the log of the event that a row comes from.

CREATE TABLE checkpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- The id of the event at the checkpoint: says whether the log is still the one that was read (a backup may be restored).
CREATE TABLE checkpoint_event (name TEXT PRIMARY KEY, event_id BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE image (
  image_id TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  taken_ms INTEGER NOT NULL,            -- sort key: milliseconds since 1970, UTC (camera clock read as UTC where no offset is known)
  taken_at TEXT NOT NULL,               -- as on the camera's clock, ISO 8601
  taken_at_source TEXT NOT NULL,
  month TEXT NOT NULL,                  -- YYYY-MM of taken_at
  visible INTEGER NOT NULL,             -- 1 while some file of it is present, nobody hid it, and it is no half of a live photo
  width INTEGER NOT NULL, height INTEGER NOT NULL, colour TEXT NOT NULL,
  format TEXT NOT NULL, size INTEGER NOT NULL, orientation INTEGER NOT NULL,
  camera_make TEXT, camera_model TEXT, lens TEXT,
  f_number REAL, exposure_s REAL, iso INTEGER, focal_mm REAL,
  latitude REAL, longitude REAL, altitude_m REAL,
  description TEXT, phash INTEGER, grey INTEGER NOT NULL, frames INTEGER NOT NULL, duration_s REAL,  -- phash: 64 bits, signed
  part TEXT NOT NULL,                   -- 'photo', 'film', or 'half': a film as short as the one of a live photo
  own_at TEXT NOT NULL, own_ms INTEGER NOT NULL, own_source TEXT NOT NULL,   -- the date that the bytes, or the first file, claim
  camera TEXT                           -- make and model, where a burst is looked for: of photos that say themselves when they were taken
) STRICT, WITHOUT ROWID;
CREATE INDEX image_timeline ON image (taken_ms, image_id) WHERE visible = 1;
CREATE INDEX image_month ON image (month) WHERE visible = 1;
CREATE INDEX image_unseen ON image (image_id) WHERE visible = 0;
CREATE INDEX image_shot ON image (camera, own_ms) WHERE camera IS NOT NULL;

CREATE TABLE file (
  root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,    -- folder: relative to root, '' for the root itself
  stem TEXT NOT NULL, edited_of TEXT,                              -- folder/stem (names.py), and that of what it is an edited copy of
  image_id TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, missing INTEGER NOT NULL,
  claim_at TEXT, claim_ms INTEGER, claim_source TEXT,              -- what this place says of the date
  PRIMARY KEY (root, folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_image ON file (image_id, missing);
CREATE INDEX file_stem ON file (stem);
CREATE INDEX file_edited ON file (edited_of) WHERE edited_of IS NOT NULL;

-- The halves of live photos: a photo and a short film with the same stem in the same folder, both there.
-- The plus keeps SQLite from looking through all files of the root instead of those with the stem.
CREATE VIEW live_pair AS
  SELECT p.image_id AS photo_id, f.image_id AS film_id, p.name AS photo_name, f.name AS film_name
    FROM image fi JOIN file f ON f.image_id = fi.image_id AND f.missing = 0
    JOIN file p ON p.stem = f.stem AND +p.root = +f.root AND p.missing = 0
    JOIN image pi ON pi.image_id = p.image_id AND pi.part = 'photo'
   WHERE fi.part = 'half';
-- Copies that a person or a program edited, beside what they were made of.
CREATE VIEW edit_pair AS
  SELECT c.image_id AS copy_id, o.image_id AS original_id, c.name AS copy_name, o.name AS original_name
    FROM file c JOIN file o ON o.stem = c.edited_of AND +o.root = +c.root AND o.missing = 0
    JOIN image ci ON ci.image_id = c.image_id
    JOIN image oi ON oi.image_id = o.image_id AND (oi.part = 'photo') = (ci.part = 'photo')
   WHERE c.edited_of IS NOT NULL AND c.missing = 0 AND c.image_id <> o.image_id;
CREATE TABLE succession (                                          -- what stood at a path before, when other content took its place
  image_id TEXT NOT NULL, previous_image_id TEXT NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (image_id, previous_image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX succession_previous ON succession (previous_image_id);

CREATE TABLE sidecar (                                             -- files beside pictures, and what they say
  image_id TEXT NOT NULL, root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, kind TEXT NOT NULL, claim_at TEXT, claim_ms INTEGER,
  latitude REAL, longitude REAL, altitude_m REAL, description TEXT,
  favorite INTEGER NOT NULL, archived INTEGER NOT NULL, trashed INTEGER NOT NULL, people TEXT NOT NULL, keywords TEXT NOT NULL,
  PRIMARY KEY (image_id, root, folder, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecar_place ON sidecar (root, folder, name);

-- Who says when and where a picture was taken: knowledge/sidecars.py fills it. The lowest rank is believed; 99: whoever is not in it.
CREATE TABLE claimant (
  name TEXT PRIMARY KEY, rank INTEGER NOT NULL,
  moments INTEGER NOT NULL                                         -- 1: its dates are those of EXIF, in UTC
) STRICT, WITHOUT ROWID;

-- Where a picture was taken, as it and the files beside it say: the files first, as a person may have changed them.
CREATE VIEW position_claim AS
  SELECT image_id, latitude, longitude, ifnull((SELECT k.rank FROM claimant k WHERE k.name = kind), 99) AS rank,
      root || folder || sidecar.name AS place
    FROM sidecar WHERE latitude IS NOT NULL AND longitude IS NOT NULL
  UNION ALL
  SELECT image_id, latitude, longitude, 99, '' FROM image WHERE latitude IS NOT NULL AND longitude IS NOT NULL;
CREATE TABLE located (                                             -- the best of these (placing.py), named and on the map
  image_id TEXT PRIMARY KEY, latitude REAL NOT NULL, longitude REAL NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL,                                -- knowledge/mercator.py
  city TEXT NOT NULL, country TEXT NOT NULL, code TEXT NOT NULL,   -- '' where none is near; English; ISO 3166, '' at sea
  label TEXT NOT NULL GENERATED ALWAYS AS (iif(city = '', country, city || ', ' || country)) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX located_place ON located (country, city);

CREATE TABLE correction (image_id TEXT PRIMARY KEY, claim_at TEXT NOT NULL, claim_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE hidden (image_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE rejection (
  root TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reason TEXT NOT NULL, position INTEGER NOT NULL, job_id TEXT NOT NULL,
  kind TEXT NOT NULL,                                              -- 'file', or 'folder': it can't be entered
  ignored INTEGER NOT NULL,                                        -- 1: the person doesn't want to be told
  PRIMARY KEY (root, folder, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (root TEXT PRIMARY KEY, unavailable TEXT) STRICT, WITHOUT ROWID;   -- NULL: fine at the last scan

CREATE TABLE class (class_index INTEGER PRIMARY KEY, wnid TEXT NOT NULL, name TEXT NOT NULL) STRICT;

CREATE TABLE category (
  category_id TEXT PRIMARY KEY,
  name TEXT NOT NULL, group_id TEXT, kind TEXT NOT NULL,           -- 'group' or 'category'
  everyday INTEGER NOT NULL, origin TEXT NOT NULL,                 -- 'builtin', 'user' or 'model' (a label)
  threshold REAL NOT NULL, chosen REAL,                            -- chosen: by the person, instead of threshold
  deleted INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
  into_id TEXT,                                                    -- where merging led to in the end (by triggers)
  shared INTEGER NOT NULL DEFAULT 0,                               -- 1: several may speak for it: merged ones, examples (by triggers)
  first_group TEXT,                                                -- the built-in one
  deserted INTEGER NOT NULL DEFAULT 0,                             -- 1: a group that built-in categories have left (by triggers)
  root TEXT GENERATED ALWAYS AS (coalesce(into_id, category_id)) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX category_root ON category (root);
CREATE INDEX category_group ON category (group_id);
CREATE TABLE merged (category_id TEXT PRIMARY KEY, into_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- Where each chain ends. A circle ends nowhere, so those on it stand for themselves.
CREATE VIEW merged_root AS WITH RECURSIVE chain (category_id, into_id) AS (
    SELECT category_id, into_id FROM merged UNION
    SELECT c.category_id, m.into_id FROM chain c JOIN merged m ON m.category_id = c.into_id)
  SELECT category_id, into_id FROM chain WHERE into_id NOT IN (SELECT category_id FROM merged);
-- The tree as a person sees it: without what was deleted or merged; in the group that its group was merged into, or in
-- none when that is gone; hidden with its group.
CREATE VIEW shown_category AS
  SELECT c.category_id, c.name, g.category_id AS group_id, c.kind, c.everyday, c.origin, c.threshold, c.chosen,
      max(c.hidden, coalesce(g.hidden, 0)) AS hidden
    FROM category c LEFT JOIN category o ON o.category_id = c.group_id
    LEFT JOIN category g ON g.category_id = o.root AND g.deleted = 0 AND g.kind = 'group'
   WHERE c.deleted = 0 AND c.into_id IS NULL;

CREATE TABLE label (                                               -- what a model's verdict means: categories from taxonomy.FLOOR on
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, category_id TEXT NOT NULL, score REAL NOT NULL,
  PRIMARY KEY (image_id, model_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_category ON label (category_id, model_id, score, image_id);

CREATE TABLE decision (                                            -- what the person said; outranks every model
  image_id TEXT NOT NULL, category_id TEXT NOT NULL, assigned INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (image_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_category ON decision (category_id, assigned, image_id);

CREATE TABLE model (
  model_id TEXT PRIMARY KEY,
  name TEXT NOT NULL, weights_digest TEXT NOT NULL, preprocessing_id TEXT NOT NULL,
  input_size INTEGER NOT NULL, class_count INTEGER NOT NULL, source TEXT NOT NULL,
  device TEXT, precision TEXT, worker_id TEXT, loaded_us INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE active_model (slot INTEGER PRIMARY KEY CHECK (slot = 1), model_id TEXT NOT NULL) STRICT;

CREATE TABLE verdict (
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, job_id TEXT NOT NULL, position INTEGER NOT NULL,
  classes TEXT NOT NULL,                                           -- JSON [[class_index, p], …], best first
  labels TEXT,                                                     -- JSON [name, …] of these; NULL: ImageNet's
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_job ON verdict (job_id);

CREATE TABLE embedding (                                           -- of a model's verdict, as knowledge/embedding.py writes it
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, position INTEGER NOT NULL, code TEXT NOT NULL,
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX embedding_position ON embedding (model_id, position);
CREATE TABLE taught (category_id TEXT PRIMARY KEY, taught INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE learned (                                             -- what came of it: see knowledge/logistic.py
  category_id TEXT PRIMARY KEY, model_id TEXT NOT NULL, weights BLOB NOT NULL, scale REAL NOT NULL, bias REAL NOT NULL,
  examples INTEGER NOT NULL, refused INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE heat (                                                -- where a model saw a class; cells: side × side bytes
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, class_index INTEGER NOT NULL,
  side INTEGER NOT NULL, cells BLOB NOT NULL, share REAL NOT NULL, weights_digest TEXT NOT NULL,
  PRIMARY KEY (image_id, model_id, class_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE failure (
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, job_id TEXT NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,
  ignored INTEGER NOT NULL,
  PRIMARY KEY (image_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX failure_job ON failure (job_id);

-- All that could not be done; `position` is another for each.
CREATE VIEW problem AS
  SELECT position, kind, root, folder, name, size, reason, ignored, NULL AS image_id, NULL AS model_id FROM rejection
  UNION ALL SELECT position, 'image', NULL, NULL, NULL, NULL, reason, ignored, image_id, model_id FROM failure;

-- A burst: three moments or more, each at most a second after the one before, at which one camera took photos. Moments
-- and not photos are counted, since copies of a photo say the same moment.
CREATE VIEW shot AS
  SELECT i.image_id, i.camera, i.own_ms,
      (SELECT max(b.own_ms) FROM image b WHERE b.camera = i.camera AND b.own_ms BETWEEN i.own_ms - 1000 AND i.own_ms - 1) AS before_ms,
      (SELECT min(b.own_ms) FROM image b WHERE b.camera = i.camera AND b.own_ms BETWEEN i.own_ms + 1 AND i.own_ms + 1000) AS behind_ms
    FROM image i WHERE i.camera IS NOT NULL;
CREATE VIEW burst AS
  SELECT image_id, camera, own_ms FROM shot s WHERE CASE
    WHEN before_ms IS NULL THEN behind_ms IS NOT NULL AND EXISTS
      (SELECT 1 FROM image b WHERE b.camera = s.camera AND b.own_ms BETWEEN s.behind_ms + 1 AND s.behind_ms + 1000)
    ELSE behind_ms IS NOT NULL OR EXISTS
      (SELECT 1 FROM image b WHERE b.camera = s.camera AND b.own_ms BETWEEN s.before_ms - 1000 AND s.before_ms - 1) END;

-- The kinds that a picture is of by those beside it: it has the film of a live photo, it is a shot of a burst.
CREATE TABLE joint_kind (
  category_id TEXT NOT NULL, image_id TEXT NOT NULL, PRIMARY KEY (category_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX joint_kind_image ON joint_kind (image_id);

-- Who is heard: the active model, and those that always are.
CREATE VIEW heard AS SELECT model_id, 'model' AS source FROM active_model
  UNION ALL VALUES ('rules', 'rules'), ('sidecar', 'sidecar'), ('taught', 'taught');
-- What they say of pictures where the person said nothing, from taxonomy.FLOOR on. What is said of a merged category
-- counts for the one that it was merged into; of several that speak for the same category the surest is heard. What a
-- network says of a whole group is not heard where it may mean a category that has left the group.
CREATE VIEW opinion AS
  SELECT l.image_id, c.root AS category_id, l.score, h.source
    FROM heard h CROSS JOIN label l ON l.model_id = h.model_id JOIN category c ON c.category_id = l.category_id
   WHERE c.deleted = 0
     AND NOT EXISTS (SELECT 1 FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
       WHERE d.image_id = l.image_id AND e.root = c.root)
     AND (c.shared = 0 OR NOT EXISTS (SELECT 1 FROM label o CROSS JOIN category f ON f.category_id = o.category_id
       WHERE o.image_id = l.image_id AND f.root = c.root AND f.deleted = 0 AND o.model_id IN (SELECT model_id FROM heard)
         AND (o.score, o.model_id, o.category_id) > (l.score, l.model_id, l.category_id)))
     AND (c.deserted = 0 OR NOT EXISTS (SELECT 1 FROM label o CROSS JOIN category f ON f.category_id = o.category_id
       CROSS JOIN category r ON r.category_id = f.root
       WHERE o.image_id = l.image_id AND o.model_id = l.model_id AND f.first_group = c.category_id
         AND r.group_id IS NOT f.first_group));
-- The categories that a picture is shown under, each once: what the person assigned (of merged ones, where the last word
-- was that), and what others say from the threshold on. It is shown under a group as well wherever it is under one of
-- its categories: queries add that. All parts have columns of the same affinity, else SQLite reads them as a whole and
-- filters afterwards (rule 17h of its flattening).
CREATE VIEW image_category AS
  SELECT d.image_id, c.root AS category_id, CAST(1 AS REAL) AS score, CAST('user' AS TEXT) AS source
    FROM decision d JOIN category c USING (category_id) JOIN category r ON r.category_id = c.root
   WHERE d.assigned = 1 AND c.deleted = 0 AND r.deleted = 0
     AND (c.shared = 0 OR NOT EXISTS (SELECT 1 FROM decision o CROSS JOIN category f ON f.category_id = o.category_id
       WHERE o.image_id = d.image_id AND f.root = c.root AND o.position > d.position))
  UNION ALL
  SELECT o.image_id, o.category_id, o.score, CAST(o.source AS TEXT)
    FROM opinion o JOIN category r ON r.category_id = o.category_id
   WHERE r.deleted = 0 AND o.score >= coalesce(r.chosen, r.threshold)
  UNION ALL
  SELECT k.image_id, c.root, CAST(1 AS REAL), CAST('rules' AS TEXT)
    FROM joint_kind k JOIN category c USING (category_id) JOIN category r ON r.category_id = c.root
   WHERE c.deleted = 0 AND r.deleted = 0
     AND NOT EXISTS (SELECT 1 FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
       WHERE d.image_id = k.image_id AND e.root = c.root)
     AND NOT EXISTS (SELECT 1 FROM label l CROSS JOIN category f ON f.category_id = l.category_id
       WHERE l.image_id = k.image_id AND f.root = c.root AND f.deleted = 0 AND l.model_id IN (SELECT model_id FROM heard)
         AND l.score >= coalesce(r.chosen, r.threshold))
     AND (c.shared = 0 OR NOT EXISTS (SELECT 1 FROM joint_kind o CROSS JOIN category f ON f.category_id = o.category_id
       WHERE o.image_id = k.image_id AND f.root = c.root AND f.deleted = 0 AND o.category_id > k.category_id));

CREATE TABLE timeline (slot INTEGER PRIMARY KEY CHECK (slot = 1), hides TEXT NOT NULL) STRICT;  -- JSON list of category ids

-- What is claimed of when a picture was taken; the claim of the lowest rank, then the earliest, is what is shown.
-- A camera's clock without an offset is a local time. Where Google knows the same moment in UTC, the difference is
-- the offset, if it is one that exists (quarters of an hour, up to 14 hours). Google takes its date from EXIF; where it
-- says another day, the person corrected it there.
CREATE VIEW date_claim AS
  SELECT image_id, 0 AS rank, claim_ms, claim_at, 'user' AS source FROM correction
  UNION ALL
  SELECT i.image_id, 1, i.own_ms - z.zone_ms,
      i.own_at || printf('%s%02d:%02d', iif(z.zone_ms < 0, '-', '+'), abs(z.zone_ms) / 3600000, abs(z.zone_ms) / 60000 % 60),
      i.own_source
    FROM image i JOIN takeout_zone z USING (image_id)
  UNION ALL
  SELECT image_id, ifnull((SELECT k.rank FROM claimant k WHERE k.name = own_source), 99), own_ms, own_at, own_source FROM image
  UNION ALL
  SELECT s.image_id, iif(k.moments AND i.own_source = 'exif' AND abs(i.own_ms - s.claim_ms) > 86400000, 1, ifnull(k.rank, 99)),
      s.claim_ms, s.claim_at, s.kind
    FROM sidecar s LEFT JOIN image i USING (image_id) LEFT JOIN claimant k ON k.name = s.kind WHERE s.claim_ms IS NOT NULL
  UNION ALL
  SELECT image_id, ifnull((SELECT k.rank FROM claimant k WHERE k.name = claim_source), 99), claim_ms, claim_at, claim_source
    FROM file WHERE claim_ms IS NOT NULL;
CREATE VIEW takeout_zone AS
  SELECT image_id, zone_ms FROM (
    SELECT i.image_id, i.own_ms - s.claim_ms AS apart_ms,
        CAST(round((i.own_ms - s.claim_ms) / 900000.0) AS INTEGER) * 900000 AS zone_ms
      FROM image i JOIN sidecar s USING (image_id)
     WHERE s.kind IN (SELECT name FROM claimant WHERE moments = 1) AND s.claim_ms IS NOT NULL AND i.own_source = 'exif'
       AND i.own_at NOT GLOB '*[+-][0-9][0-9]:[0-9][0-9]')
   WHERE zone_ms <> 0 AND abs(zone_ms) <= 14 * 3600000 AND abs(apart_ms - zone_ms) <= 60000;

CREATE TABLE any_album (                                           -- deleted ones too
  album_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_us INTEGER NOT NULL, position INTEGER NOT NULL,
  q TEXT,                                                          -- of a smart album: the search that it shows
  description TEXT NOT NULL DEFAULT '', cover_id TEXT, sort TEXT,  -- NULL: the newest photo; as the kind of album has it
  changed_us INTEGER NOT NULL, deleted_us INTEGER, into_id TEXT    -- into_id: where merging led to
) STRICT, WITHOUT ROWID;
CREATE VIEW album AS SELECT album_id, name, created_us, position, q, description, cover_id, sort, changed_us
  FROM any_album WHERE deleted_us IS NULL;
CREATE TABLE album_image (
  album_id TEXT NOT NULL, image_id TEXT NOT NULL, position INTEGER NOT NULL, place INTEGER NOT NULL,  -- place within the event that added it
  rank TEXT NOT NULL,                                              -- sorts them in the order by hand: knowledge/ranks.py
  PRIMARY KEY (album_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_order ON album_image (album_id, rank);
CREATE INDEX album_of_image ON album_image (image_id);

CREATE TABLE job (
  job_id TEXT PRIMARY KEY,                                         -- the command's id
  position INTEGER NOT NULL, kind TEXT NOT NULL,                   -- 'scan' or 'classify'
  status TEXT NOT NULL,                                            -- running, paused, done, cancelled
  model_id TEXT, scope TEXT, images TEXT, asked INTEGER,           -- images: JSON list of ids when scope = 'images'; asked: how many
  started_us INTEGER NOT NULL, finished_us INTEGER,
  total INTEGER, done INTEGER, failed INTEGER, added INTEGER       -- set when it has ended
) STRICT, WITHOUT ROWID;
CREATE INDEX job_status ON job (status, position);

CREATE TABLE undone (command_id TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Events about an image, a category or an album that lie on another stream: its history is these and its own stream.
CREATE TABLE mention (about TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (about, position)) STRICT, WITHOUT ROWID;

-- What a search for words looks through: one document for each image, with the words of its files, sidecars and camera.
-- Names of categories and albums are not in it: to rename one would touch thousands.
CREATE VIEW image_words AS
  SELECT i.image_id,
      coalesce((SELECT group_concat(place, ' ') FROM (SELECT f.folder || ' ' || f.name AS place FROM file f
        WHERE f.image_id = i.image_id ORDER BY f.root, f.folder, f.name)), '')
      || ' ' || coalesce(i.camera_make, '') || ' ' || coalesce(i.camera_model, '') || ' ' || coalesce(i.lens, '')
      || ' ' || coalesce(i.description, '')
      || coalesce((SELECT group_concat(said, '') FROM (
        SELECT ' ' || coalesce(s.description, '') || ' ' || s.people || ' ' || s.keywords AS said FROM sidecar s
        WHERE s.image_id = i.image_id ORDER BY s.root, s.folder, s.name)), '') AS words
    FROM image i;
CREATE TABLE document (number INTEGER PRIMARY KEY, image_id TEXT NOT NULL UNIQUE, words TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE word USING fts5 (
  words, content = 'document', content_rowid = 'number', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
