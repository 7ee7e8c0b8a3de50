-- For the history, which passes over what machines said of each photo: it finds a dozen lines among a million rows.
CREATE INDEX event_told ON event (type, causation_id) WHERE type NOT IN ('image_imported', 'file_added', 'image_classified', 'image_explained', 'sidecar_read');
