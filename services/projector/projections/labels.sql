-- Labels by models and rules, and the resulting categories together with the user's decisions.

CREATE TABLE label (                                               -- a model's verdict as categories, from taxonomy.FLOOR up
  image_id TEXT NOT NULL, model_id TEXT NOT NULL, category_id TEXT NOT NULL, score REAL NOT NULL,
  PRIMARY KEY (image_id, model_id, category_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_category ON label (category_id, model_id, score, image_id);

-- Sources whose labels count: the active model, and those that always do, such as detectors.
CREATE VIEW heard AS SELECT model_id, 'model' AS source FROM active_model
  UNION ALL SELECT model_id, 'model' FROM model WHERE kind = 'boxes'
  UNION ALL VALUES ('rules', 'rules'), ('sidecar', 'sidecar'), ('taught', 'taught'), ('described', 'described');
-- Labels that say something of a photo. Beside people, what they wear, hold and sit on is silent unless it is sure, and so
-- is the group of animals without one of them: that is what classes name in their place. There are people where the user says
-- so; where the user said neither that nor the contrary, where a detector sees some clearly, or anything gives them a score
-- from the threshold up. What a category has learned from examples, or finds by a person's words, is never silent. A document,
-- known in the same way, is neither black and white nor a panorama, whatever its colours and its shape. Conditions name the
-- merge target's row where they can: so SQLite comes to them last, after that of the score. What stands after WHEN is asked only
-- as far as it must be; of an OR whose value is wanted, SQLite 3.40 asks both sides, with all their subqueries.
CREATE VIEW spoken AS
  SELECT l.image_id, l.model_id, l.category_id, l.score, c.root, coalesce(r.chosen, r.threshold) AS line,
      c.deleted, r.deleted AS root_deleted, c.shared, c.deserted
    FROM label l JOIN category c ON c.category_id = l.category_id JOIN category r ON r.category_id = c.root
   WHERE CASE WHEN l.category_id IN ('kind-black-white', 'kind-panorama') THEN NOT coalesce(
       (SELECT d.assigned FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
         WHERE d.image_id = l.image_id AND e.root = (SELECT root FROM category WHERE category_id = 'kind-document')
         ORDER BY d.position DESC LIMIT 1),
       EXISTS (SELECT 1 FROM label o WHERE o.image_id = l.image_id AND +o.category_id = 'kind-document'
         AND o.score >= (SELECT coalesce(chosen, threshold) FROM category WHERE category_id = 'kind-document')
         AND o.model_id IN (SELECT model_id FROM heard)))
     WHEN l.score >= 0.9 OR l.model_id IN ('taught', 'described') OR r.category_id = 'person'
     OR coalesce(c.first_group, c.category_id) NOT IN ('clothing', 'personal', 'music', 'work', 'home')
       AND (c.category_id <> 'animals' OR EXISTS (SELECT 1 FROM label o CROSS JOIN category f ON f.category_id = o.category_id
         WHERE o.image_id = l.image_id AND o.model_id = l.model_id AND f.first_group = 'animals'
           AND o.score >= coalesce(f.chosen, f.threshold)))
     THEN 1 ELSE NOT coalesce(
       (SELECT d.assigned FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
         WHERE d.image_id = l.image_id AND e.root = (SELECT root FROM category WHERE category_id = 'person')
         ORDER BY d.position DESC LIMIT 1),
       EXISTS (SELECT 1 FROM crowd w WHERE w.image_id = l.image_id AND w.people > 0)
         OR EXISTS (SELECT 1 FROM label o WHERE o.image_id = l.image_id AND +o.category_id = 'person'
           AND o.score >= (SELECT coalesce(chosen, threshold) FROM category WHERE category_id = 'person')
           AND (o.model_id = l.model_id OR o.model_id IN (SELECT model_id FROM heard))))
     END;
-- What sources that count say (from taxonomy.FLOOR up) where the user decided nothing. A label of a merged category counts
-- for the merge target; of several labels for the same category the one with the highest score counts. A label for a whole
-- group is ignored where it may mean a category that has left the group.
CREATE VIEW opinion AS
  SELECT l.image_id, l.root AS category_id, l.score, h.source, l.line, l.root_deleted
    FROM heard h CROSS JOIN spoken l ON l.model_id = h.model_id
   WHERE l.deleted = 0
     AND NOT EXISTS (SELECT 1 FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
       WHERE d.image_id = l.image_id AND e.root = l.root)
     AND (l.shared = 0 OR NOT EXISTS (SELECT 1 FROM spoken o
       WHERE o.image_id = l.image_id AND o.root = l.root AND o.deleted = 0 AND o.model_id IN (SELECT model_id FROM heard)
         AND (o.score, o.model_id, o.category_id) > (l.score, l.model_id, l.category_id)))
     AND (l.deserted = 0 OR NOT EXISTS (SELECT 1 FROM label o CROSS JOIN category f ON f.category_id = o.category_id
       CROSS JOIN category r ON r.category_id = f.root
       WHERE o.image_id = l.image_id AND o.model_id = l.model_id AND f.first_group = l.category_id
         AND r.group_id IS NOT f.first_group));
-- The categories that a picture is shown under, each once: those that the user assigned (the latest decision wins among
-- merged ones), and labels from the threshold up. Queries also show it under the groups of its categories. All parts have
-- columns of the same affinity, else SQLite materialises the whole view and filters afterwards (rule 17h of its subquery
-- flattening).
CREATE VIEW image_category AS
  SELECT d.image_id, c.root AS category_id, CAST(1 AS REAL) AS score, CAST('user' AS TEXT) AS source
    FROM decision d JOIN category c USING (category_id) JOIN category r ON r.category_id = c.root
   WHERE d.assigned = 1 AND c.deleted = 0 AND r.deleted = 0
     AND (c.shared = 0 OR NOT EXISTS (SELECT 1 FROM decision o CROSS JOIN category f ON f.category_id = o.category_id
       WHERE o.image_id = d.image_id AND f.root = c.root AND o.position > d.position))
  UNION ALL
  SELECT o.image_id, o.category_id, o.score, CAST(o.source AS TEXT)
    FROM opinion o WHERE o.root_deleted = 0 AND o.score >= o.line
  UNION ALL
  SELECT k.image_id, c.root, CAST(1 AS REAL), CAST('rules' AS TEXT)
    FROM joint_kind k JOIN category c USING (category_id) JOIN category r ON r.category_id = c.root
   WHERE c.deleted = 0 AND r.deleted = 0
     AND NOT EXISTS (SELECT 1 FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
       WHERE d.image_id = k.image_id AND e.root = c.root)
     AND NOT EXISTS (SELECT 1 FROM spoken l
       WHERE l.image_id = k.image_id AND l.root = c.root AND l.deleted = 0 AND l.model_id IN (SELECT model_id FROM heard)
         AND l.score >= coalesce(r.chosen, r.threshold))
     AND (c.shared = 0 OR NOT EXISTS (SELECT 1 FROM joint_kind o CROSS JOIN category f ON f.category_id = o.category_id
       WHERE o.image_id = k.image_id AND f.root = c.root AND f.deleted = 0 AND o.category_id > k.category_id));
