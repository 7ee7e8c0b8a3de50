-- Sources of dates and positions, filled from knowledge/sidecars.py. The lowest rank wins; sources not listed have rank 99.
CREATE TABLE claimant (
  name TEXT PRIMARY KEY, rank INTEGER NOT NULL,
  moments INTEGER NOT NULL,                                        -- 1: its dates are EXIF's, in UTC
  utc INTEGER NOT NULL,                                            -- 1: with the offset +00:00, it states UTC, not where it was taken
  edited INTEGER NOT NULL,                                         -- 1: a date that differs from the picture's own is the person's
  adds INTEGER NOT NULL                                            -- 1: its people are added to those in the picture's file
) STRICT, WITHOUT ROWID;

-- Offsets from UTC that places have, in milliseconds, filled from knowledge/offsets.py.
CREATE TABLE utc_offset (ms INTEGER PRIMARY KEY) STRICT;

CREATE TABLE correction (                                          -- source: 'user', or 'user-month' or 'user-year' if no more is known
  image_id TEXT PRIMARY KEY, claim_at TEXT NOT NULL, claim_ms INTEGER NOT NULL, source TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- All claims of when a picture was taken; the one with the lowest rank is shown. Among equal ranks, sidecars come first, the
-- one changed last before the others, then the earliest date. Claims of places (names, folders, mtimes) follow the files:
-- the first file's, which came with the image itself, counts only where no file makes one (logs of early versions), and those
-- of missing files only where no present one does.
-- A camera's clock without an offset is local time. Where Google has the same moment in UTC, the difference is the
-- offset, if a place has it. Google takes its date from EXIF; where it has
-- another day, the user corrected it there. An XMP file has the picture's own date until the user changes it, to the extent
-- that it states one, perhaps with the offset or in UTC.
CREATE VIEW date_claim AS
  SELECT image_id, 0 AS rank, 0 AS turn, claim_ms, claim_at, source FROM correction
  UNION ALL
  SELECT i.image_id, 1.9, 0, i.own_ms - z.zone_ms,
      i.own_at || printf('%s%02d:%02d', iif(z.zone_ms < 0, '-', '+'), abs(z.zone_ms) / 3600000, abs(z.zone_ms) / 60000 % 60),
      i.own_source
    FROM image i JOIN takeout_zone z USING (image_id)
  UNION ALL
  SELECT image_id, ifnull((SELECT k.rank FROM claimant k WHERE k.name = own_source), 99), 0, own_ms, own_at, own_source
    FROM image i WHERE own_source NOT IN ('filename', 'folder', 'modified', 'mtime', 'added')
      OR NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.claim_ms IS NOT NULL)
  UNION ALL
  SELECT s.image_id,
      iif(k.moments AND i.own_source = 'exif' AND abs(i.own_ms - s.claim_ms) > 86400000
        OR k.edited AND EXISTS (SELECT 1 FROM edited_date e WHERE e.image_id = s.image_id AND e.root = s.root
          AND e.folder = s.folder AND e.name = s.name),
        1 + k.rank / 100.0, ifnull(k.rank, 99)),
      -s.mtime_ns, s.claim_ms, s.claim_at, s.kind
    FROM sidecar s LEFT JOIN image i USING (image_id) LEFT JOIN claimant k ON k.name = s.kind WHERE s.claim_ms IS NOT NULL
  UNION ALL
  SELECT image_id, ifnull((SELECT k.rank FROM claimant k WHERE k.name = claim_source), 99) + 40 * missing, 0,
      claim_ms, claim_at, claim_source FROM file WHERE claim_ms IS NOT NULL;
-- Dates of sidecars that say something else than the picture's bytes, and not the same moment in UTC.
CREATE VIEW edited_date AS
  SELECT image_id, root, folder, name FROM (
    SELECT s.image_id, s.root, s.folder, s.name, s.claim_at, s.stated, i.own_at, abs(i.own_ms - s.claim_ms) AS apart_ms,
        i.own_at GLOB '*[+-][0-9][0-9]:[0-9][0-9]' AS own_zoned, s.claim_at GLOB '*[+-][0-9][0-9]:[0-9][0-9]' AS claim_zoned,
        i.own_at LIKE '%+00:00' OR s.claim_at LIKE '%+00:00' AS utc
      FROM sidecar s JOIN image i USING (image_id)
     WHERE s.claim_ms IS NOT NULL AND i.own_source NOT IN ('filename', 'folder', 'modified', 'mtime', 'added')
       AND substr(i.own_at, 1, s.stated) <> substr(s.claim_at, 1, s.stated))
   WHERE NOT (own_zoned AND apart_ms < 1000)
     AND NOT (utc AND own_zoned <> claim_zoned AND apart_ms <= 14 * 3600000 AND (apart_ms + 999) % 900000 < 1999);
CREATE VIEW takeout_zone AS
  SELECT image_id, zone_ms FROM (
    SELECT i.image_id, i.own_ms - s.claim_ms AS apart_ms,
        CAST(round((i.own_ms - s.claim_ms) / 900000.0) AS INTEGER) * 900000 AS zone_ms
      FROM image i JOIN sidecar s USING (image_id)
     WHERE s.kind IN (SELECT name FROM claimant WHERE moments = 1) AND s.claim_ms IS NOT NULL AND i.own_source = 'exif'
       AND i.own_at NOT GLOB '*[+-][0-9][0-9]:[0-9][0-9]')
   WHERE zone_ms <> 0 AND zone_ms IN (SELECT ms FROM utc_offset) AND abs(apart_ms - zone_ms) <= 60000;

-- Images with dates that local_time.py has yet to show in their zone; empty after each transaction.
CREATE TABLE utc_dated (image_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Inserting the id of an image whose claims may have changed sets its date to that of the best claim, at the end of the batch.
CREATE TRIGGER dates INSTEAD OF INSERT ON date_claim BEGIN
  INSERT INTO due (what, about) VALUES ('dates', NEW.image_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dates_due AFTER DELETE ON due WHEN OLD.what = 'dates' BEGIN
  UPDATE image SET (taken_at, taken_ms, taken_at_source, utc, zone, zone_guessed) =
    (SELECT claim_at, claim_ms, source,
        substr(claim_at, -6) = '+00:00' AND source IN (SELECT name FROM claimant WHERE utc = 1), NULL, 0
      FROM date_claim c WHERE c.image_id = OLD.about ORDER BY rank, turn, claim_ms, claim_at LIMIT 1)
    WHERE image_id = OLD.about;
  INSERT INTO utc_dated (image_id) SELECT image_id FROM image WHERE image_id = OLD.about AND utc = 1
    ON CONFLICT (image_id) DO NOTHING;
END;
-- Images with no better claim than their file names, folders, last changes or import: the only ones that file claims affect.
CREATE VIEW dated_by_place AS
  SELECT image_id FROM image WHERE taken_at_source IN ('filename', 'folder', 'modified', 'mtime', 'added');

-- After a bulk load, in which each image has the date of its bytes; maintained by the triggers from then on.
INSERT INTO date_claim (image_id) SELECT image_id FROM dated_by_place UNION SELECT image_id FROM sidecar
  UNION SELECT image_id FROM correction UNION SELECT image_id FROM image WHERE substr(own_at, -6) = '+00:00';
DELETE FROM due WHERE what = 'dates';

CREATE TRIGGER date_of_image AFTER INSERT ON image WHEN substr(NEW.own_at, -6) = '+00:00'
    OR EXISTS (SELECT 1 FROM file WHERE image_id = NEW.image_id) OR EXISTS (SELECT 1 FROM sidecar WHERE image_id = NEW.image_id)
    OR EXISTS (SELECT 1 FROM correction WHERE image_id = NEW.image_id) BEGIN   -- else its own claim, which it has, is the only one
  INSERT INTO date_claim (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER date_of_image_again AFTER UPDATE OF own_at, own_ms, own_source ON image BEGIN
  INSERT INTO date_claim (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER date_by_file AFTER INSERT ON file WHEN NEW.claim_ms IS NOT NULL BEGIN
  INSERT INTO date_claim (image_id) SELECT image_id FROM dated_by_place WHERE image_id = NEW.image_id;
END;
CREATE TRIGGER date_by_changed_file AFTER UPDATE OF image_id, missing, claim_at, claim_ms, claim_source ON file BEGIN
  INSERT INTO date_claim (image_id) SELECT image_id FROM dated_by_place WHERE image_id IN (OLD.image_id, NEW.image_id);
END;
CREATE TRIGGER date_by_left_file AFTER DELETE ON file WHEN OLD.claim_ms IS NOT NULL BEGIN
  INSERT INTO date_claim (image_id) SELECT image_id FROM dated_by_place WHERE image_id = OLD.image_id;
END;
CREATE TRIGGER date_by_sidecar AFTER INSERT ON sidecar BEGIN
  INSERT INTO date_claim (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER date_by_changed_sidecar AFTER UPDATE OF kind, mtime_ns, claim_at, claim_ms ON sidecar BEGIN
  INSERT INTO date_claim (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER date_by_silent_sidecar AFTER DELETE ON sidecar BEGIN
  INSERT INTO date_claim (image_id) VALUES (OLD.image_id);
END;
CREATE TRIGGER date_by_correction AFTER INSERT ON correction BEGIN
  INSERT INTO date_claim (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER date_by_changed_correction AFTER UPDATE ON correction BEGIN
  INSERT INTO date_claim (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER date_by_withdrawn_correction AFTER DELETE ON correction BEGIN
  INSERT INTO date_claim (image_id) VALUES (OLD.image_id);
END;

-- The zone of such a date is that of its place, else the computer's when the image was added, else the first one recorded.
CREATE TRIGGER zone_of_place AFTER INSERT ON located BEGIN
  INSERT INTO utc_dated (image_id) SELECT image_id FROM image WHERE image_id = NEW.image_id AND utc = 1
    ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER zone_of_no_place AFTER DELETE ON located BEGIN
  INSERT INTO utc_dated (image_id) SELECT image_id FROM image WHERE image_id = OLD.image_id AND utc = 1
    ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER first_zone AFTER INSERT ON job
  WHEN NEW.zone IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job WHERE zone IS NOT NULL AND job_id <> NEW.job_id) BEGIN
  INSERT INTO utc_dated (image_id) SELECT image_id FROM image WHERE utc = 1 ON CONFLICT (image_id) DO NOTHING;
END;
CREATE TRIGGER other_zone AFTER UPDATE OF position, zone ON job
  WHEN (OLD.position, OLD.zone) IS NOT (NEW.position, NEW.zone) BEGIN
  INSERT INTO utc_dated (image_id) SELECT image_id FROM image WHERE utc = 1 ON CONFLICT (image_id) DO NOTHING;
END;
