-- Photos in the bin: a person says so, or else sidecars and the file do. Google's sidecars of one photo must agree, as a copy
-- in another folder may have stayed; XMP's -1 stars mean rejected.
CREATE VIEW binned AS
  SELECT image_id FROM decision WHERE category_id = 'kind-trash' AND assigned = 1
  UNION ALL
  SELECT s.image_id FROM sidecar s
   WHERE (s.stars = -1 OR s.trashed = 1 AND NOT EXISTS
       (SELECT 1 FROM sidecar o WHERE o.image_id = s.image_id AND o.kind = s.kind AND o.trashed = 0))
     AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.image_id = s.image_id AND d.category_id = 'kind-trash')
  UNION ALL
  SELECT e.image_id FROM embedded e
   WHERE e.stars = -1 AND NOT EXISTS (SELECT 1 FROM sidecar s WHERE s.image_id = e.image_id AND s.stars IS NOT NULL)
     AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.image_id = e.image_id AND d.category_id = 'kind-trash');

CREATE TRIGGER binned_by_decision AFTER INSERT ON decision WHEN NEW.category_id = 'kind-trash' BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER binned_by_changed_decision AFTER UPDATE OF assigned ON decision WHEN NEW.category_id = 'kind-trash' BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER binned_by_withdrawn_decision AFTER DELETE ON decision WHEN OLD.category_id = 'kind-trash' BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
END;
CREATE TRIGGER binned_by_sidecar AFTER INSERT ON sidecar WHEN NEW.trashed OR NEW.stars IS NOT NULL
    OR EXISTS (SELECT 1 FROM sidecar o WHERE o.image_id = NEW.image_id AND o.trashed = 1) BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER binned_by_changed_sidecar AFTER UPDATE OF trashed, stars, kind ON sidecar
  WHEN OLD.trashed <> NEW.trashed OR OLD.stars IS NOT NEW.stars OR OLD.kind <> NEW.kind BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER binned_by_silent_sidecar AFTER DELETE ON sidecar WHEN OLD.stars IS NOT NULL OR OLD.trashed
    OR EXISTS (SELECT 1 FROM sidecar o WHERE o.image_id = OLD.image_id AND o.trashed = 1) BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
END;
CREATE TRIGGER binned_by_inside AFTER INSERT ON embedded WHEN NEW.stars = -1 BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER binned_by_changed_inside AFTER UPDATE OF stars ON embedded WHEN OLD.stars IS NOT NEW.stars BEGIN
  INSERT INTO appearance (image_id) VALUES (NEW.image_id);
END;
CREATE TRIGGER binned_by_silent_inside AFTER DELETE ON embedded WHEN OLD.stars = -1 BEGIN
  INSERT INTO appearance (image_id) VALUES (OLD.image_id);
END;
