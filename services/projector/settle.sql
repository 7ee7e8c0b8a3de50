-- What triggers keep up one event at a time, computed at once for all at the end of a bulk load: before there are any.

UPDATE image SET visible = 0
  WHERE NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = image.image_id AND f.missing = 0)
    OR image_id IN (SELECT image_id FROM hidden)
    OR part = 'half' AND EXISTS (SELECT 1 FROM live_pair l WHERE l.film_id = image.image_id);

INSERT INTO joint_kind (category_id, image_id)
  SELECT DISTINCT 'kind-live', photo_id FROM live_pair WHERE film_id IN (SELECT image_id FROM image WHERE part = 'half');

INSERT INTO joint_kind (category_id, image_id) SELECT 'kind-burst', image_id FROM burst;

UPDATE image SET (taken_at, taken_ms, taken_at_source, month) =
    (SELECT claim_at, claim_ms, source, substr(claim_at, 1, 7) FROM date_claim c WHERE c.image_id = image.image_id
      ORDER BY rank, claim_ms, claim_at LIMIT 1)
  WHERE own_source IN ('filename', 'folder', 'mtime') OR image_id IN (SELECT image_id FROM sidecar)
    OR image_id IN (SELECT image_id FROM correction);

-- Where merging leads to, for which categories several may speak, and the groups that built-in categories have left.
UPDATE category SET into_id = (SELECT m.into_id FROM merged_root m WHERE m.category_id = category.category_id);
UPDATE category SET shared = category_id IN (SELECT category_id FROM learned)
  OR EXISTS (SELECT 1 FROM category o WHERE o.root = category.root AND o.category_id <> category.category_id);
UPDATE category SET deserted = EXISTS (SELECT 1 FROM category f JOIN category r ON r.category_id = f.root
  WHERE f.first_group = category.category_id AND r.group_id IS NOT f.first_group);
