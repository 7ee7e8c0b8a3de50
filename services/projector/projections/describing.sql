-- Categories described in words. Which photos are like them is computed from these rows, the embeddings of words models and
-- the user's decisions (describing.py).

CREATE TABLE described (category_id TEXT PRIMARY KEY, sentences TEXT NOT NULL) STRICT, WITHOUT ROWID;  -- JSON [sentence, …]
CREATE TABLE description (                                         -- what a words model makes of them: knowledge/captions.py
  category_id TEXT NOT NULL, model_id TEXT NOT NULL, weights_digest TEXT NOT NULL,
  sentences TEXT NOT NULL,                                         -- those that it has read: JSON, as in described
  vectors BLOB NOT NULL, neutral BLOB NOT NULL, whole INTEGER NOT NULL,
  PRIMARY KEY (category_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE likeness (                                            -- of a photo with the sentences, from captions.LOWEST up
  category_id TEXT NOT NULL, model_id TEXT NOT NULL, image_id TEXT NOT NULL, margin REAL NOT NULL,
  sentence INTEGER NOT NULL,                                       -- place of the one that fits best in description.sentences
  PRIMARY KEY (category_id, model_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE calibration (                                         -- of a category's margins by the user's decisions
  category_id TEXT NOT NULL, model_id TEXT NOT NULL, shift REAL NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL,
  PRIMARY KEY (category_id, model_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER described_new AFTER INSERT ON described BEGIN
  INSERT INTO standing (category_id) VALUES (NEW.category_id);
END;
CREATE TRIGGER described_left AFTER DELETE ON described BEGIN
  INSERT INTO standing (category_id) VALUES (OLD.category_id);
END;
