-- What people and files say of photos that has one value at a time: title, caption, rating and the like
-- (knowledge/precedence.py). Dates, positions, categories, people and keywords have tables of their own.

-- Filled from knowledge/precedence.py; the lowest rank wins.
CREATE TABLE precedence (source TEXT PRIMARY KEY, rank INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIEW user_property AS                                       -- a person's; '' outranks a file's value with nothing
  SELECT image_id, field AS name, CAST(value AS TEXT) AS value FROM remark
   WHERE item = '' AND field IN ('title', 'caption', 'rating');

-- All values; those of files are JSON objects with the keys `name block`. That of an image's property is the first one by rank and turn; place: the sidecar, '' for others. All parts have
-- columns of the same affinity (see image_category).
CREATE VIEW property AS
  SELECT image_id, CAST(name AS TEXT) AS name, CAST(value AS TEXT) AS value, CAST('user' AS TEXT) AS source,
      CAST('' AS TEXT) AS place, CAST(0 AS INTEGER) AS rank, CAST(0 AS INTEGER) AS turn
    FROM user_property
  UNION ALL
  SELECT s.image_id, CAST(substr(v.key, 1, instr(v.key, ' ') - 1) AS TEXT), CAST(v.value AS TEXT),
      CAST(s.kind AS TEXT), CAST(s.path AS TEXT),
      CAST(ifnull((SELECT rank FROM precedence p WHERE p.source = s.kind), 99) AS INTEGER), CAST(v.id AS INTEGER)
    FROM sidecar s CROSS JOIN json_each(s.properties) v WHERE s.properties <> '{}'
  UNION ALL
  SELECT e.image_id, CAST(substr(v.key, 1, instr(v.key, ' ') - 1) AS TEXT), CAST(v.value AS TEXT),
      CAST(substr(v.key, instr(v.key, ' ') + 1) AS TEXT), CAST('' AS TEXT),
      CAST((SELECT rank FROM precedence p WHERE p.source = 'file') AS INTEGER), CAST(v.id AS INTEGER)
    FROM embedded e CROSS JOIN json_each(e.properties) v WHERE e.properties <> '{}';
-- The rating that counts, -1 to 5, or NULL: the same as `property` says, but quick to search through all images.
CREATE VIEW shown_rating AS
  SELECT i.image_id, coalesce((SELECT CAST(u.value AS INTEGER) FROM user_property u WHERE u.image_id = i.image_id AND u.name = 'rating'),
      (SELECT s.stars FROM sidecar s LEFT JOIN precedence p ON p.source = s.kind
        WHERE s.image_id = i.image_id AND s.stars IS NOT NULL ORDER BY ifnull(p.rank, 99), s.path LIMIT 1),
      (SELECT e.stars FROM embedded e WHERE e.image_id = i.image_id)) AS stars
    FROM image i;
-- Faces with names that files mark, as JSON objects (domain/photos/properties.py): a sidecar's replace those in the photo.
CREATE VIEW file_region AS
  SELECT s.image_id, CAST(n.value AS TEXT) AS name, CAST(v.value AS TEXT) AS region
    FROM sidecar s CROSS JOIN json_each(s.regions) v CROSS JOIN json_each(v.value) n WHERE s.regions <> '[]' AND n.key = 'name'
  UNION ALL
  SELECT e.image_id, CAST(n.value AS TEXT), CAST(v.value AS TEXT)
    FROM embedded e CROSS JOIN json_each(e.regions) v CROSS JOIN json_each(v.value) n WHERE e.regions <> '[]' AND n.key = 'name'
    AND NOT EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.regions <> '[]');
