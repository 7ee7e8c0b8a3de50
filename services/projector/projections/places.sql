-- Claims of where a picture was taken: the person's first, then sidecars before the picture itself, as the user may have edited them.
CREATE VIEW position_claim AS
  SELECT image_id, latitude, longitude, ifnull((SELECT k.rank FROM claimant k WHERE k.name = kind), 99) AS rank,
      folder || '/' || sidecar.name AS place
    FROM sidecar WHERE latitude IS NOT NULL AND longitude IS NOT NULL
  UNION ALL
  SELECT image_id, CAST(substr(value, 1, instr(value, ',') - 1) AS REAL), CAST(substr(value, instr(value, ',') + 1) AS REAL), -1, ''
    FROM remark WHERE field = 'place' AND item = ''
  UNION ALL
  SELECT image_id, latitude, longitude, 99, '' FROM image WHERE latitude IS NOT NULL AND longitude IS NOT NULL;
CREATE TABLE located (                                             -- the best claim (placing.py), with place name and map position
  image_id TEXT PRIMARY KEY, latitude REAL NOT NULL, longitude REAL NOT NULL,
  x REAL NOT NULL, y REAL NOT NULL,                                -- knowledge/mercator.py
  city TEXT NOT NULL, country TEXT NOT NULL, code TEXT NOT NULL,   -- '' if none is near; English; ISO 3166, '' at sea
  region TEXT NOT NULL,                                            -- state or province, in English; '' if not known
  area TEXT NOT NULL GENERATED ALWAYS AS (iif(region = '', '', region || ', ' || country)) VIRTUAL,
  label TEXT NOT NULL GENERATED ALWAYS AS (iif(city = '', country, city || ', ' || country)) VIRTUAL
) STRICT, WITHOUT ROWID;
CREATE INDEX located_place ON located (country, city);
CREATE INDEX located_area ON located (area);
