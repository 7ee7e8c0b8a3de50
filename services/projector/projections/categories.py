"""Categories and what was decided about them: by models (labels) and by the person (decisions).

The taxonomy turns classes into labels here and nowhere earlier, so a better one is a rebuild away.
"""

import json
from collections.abc import Iterable

from services.kernel.events import (
    CategoriesMerged,
    CategoryAssigned,
    CategoryCleared,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRejected,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ImageClassified,
    ThresholdSet,
    TimelineHides,
)
from services.knowledge import calibration, taxonomy
from services.projector.projections import labels
from services.projector.projections.mentions import mentioned
from services.projector.statement import Changes, Place, Statement, Table

CATEGORY = Table("category", 1)
"""Seeded from the taxonomy before the first event."""
_LABEL = Table("label", 2)
_DECISION = Table("decision", 2)
_MERGED = Table("merged", 1)
_TIMELINE = Table("timeline", 1)

CREATE = Statement(
    CATEGORY,
    """INSERT INTO category (category_id, name, group_id, kind, everyday, threshold, origin, deleted)
    VALUES (?, ?, ?, ?, 1, 0.5, 'user', 0)
    ON CONFLICT (category_id) DO UPDATE SET name = excluded.name, group_id = excluded.group_id, kind = excluded.kind,
      chosen = NULL, hidden = 0, deleted = 0""",
)
CREATE_BY_LABEL = Statement(
    CATEGORY,
    """INSERT INTO category (category_id, name, group_id, kind, everyday, threshold, origin, deleted)
    VALUES (?, ?, NULL, 'category', 1, 0.5, 'model', 0) ON CONFLICT (category_id) DO NOTHING""",
)
"""Of a label that is called like no category of ours. What the person made of it since then stays."""
RENAME = Statement(CATEGORY, "UPDATE category SET name = ?2 WHERE category_id = ?1")
DELETE = Statement(CATEGORY, "UPDATE category SET deleted = 1 WHERE category_id = ?")
RESTORE = Statement(CATEGORY, "UPDATE category SET deleted = 0 WHERE category_id = ?")
MOVE = Statement(CATEGORY, "UPDATE category SET group_id = ?2 WHERE category_id = ?1")
HIDE = Statement(CATEGORY, "UPDATE category SET hidden = ?2 WHERE category_id = ?1")
CHOOSE = Statement(CATEGORY, "UPDATE category SET chosen = ?2 WHERE category_id = ?1")
MERGE = Statement(
    _MERGED,
    """INSERT INTO merged (category_id, into_id) VALUES (?, ?)
    ON CONFLICT (category_id) DO UPDATE SET into_id = excluded.into_id""",
)
UNMERGE = Statement(_MERGED, "DELETE FROM merged WHERE category_id = ?")
UNLABEL = Statement(_LABEL, "DELETE FROM label WHERE image_id = ? AND model_id = ?")
LABEL = Statement(_LABEL, "INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, ?)")
DECIDE = Statement(
    _DECISION,
    """INSERT INTO decision (image_id, category_id, assigned, position) VALUES (?, ?, ?, ?)
    ON CONFLICT (image_id, category_id) DO UPDATE SET assigned = excluded.assigned, position = excluded.position""",
)

CLEAR = Statement(_DECISION, "DELETE FROM decision WHERE image_id = ? AND category_id = ?")
RULE = Statement(
    _LABEL,
    """INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, 1)
    ON CONFLICT (image_id, model_id, category_id) DO NOTHING""",
)
HIDES = Statement(
    _TIMELINE,
    """INSERT INTO timeline (slot, hides) VALUES (?, ?)
    ON CONFLICT (slot) DO UPDATE SET hides = excluded.hides""",
)

_kept = taxonomy.load().kept
_temperatures = calibration.temperatures()


def category_created(e: CategoryCreated, at: Place) -> Changes:
    return [(CREATE, (e.category_id, e.name, e.group_id, e.kind)), *mentioned([e.group_id], at)]


def category_renamed(e: CategoryRenamed, at: Place) -> Changes:
    return [(RENAME, (e.category_id, e.name))]


def category_deleted(e: CategoryDeleted, at: Place) -> Changes:
    return [(DELETE, (e.category_id,))]


def category_restored(e: CategoryRestored, at: Place) -> Changes:
    return [(RESTORE, (e.category_id,))]


def category_moved(e: CategoryMoved, at: Place) -> Changes:
    return [(MOVE, (e.category_id, e.group_id)), *mentioned([e.group_id], at)]


def categories_merged(e: CategoriesMerged, at: Place) -> Changes:
    return [(MERGE, (e.category_id, e.into_id)), *mentioned([e.into_id], at)]


def category_unmerged(e: CategoryUnmerged, at: Place) -> Changes:
    return [(UNMERGE, (e.category_id,))]


def category_hidden(e: CategoryHidden, at: Place) -> Changes:
    return [(HIDE, (e.category_id, 1))]


def category_unhidden(e: CategoryUnhidden, at: Place) -> Changes:
    return [(HIDE, (e.category_id, 0))]


def threshold_set(e: ThresholdSet, at: Place) -> Changes:
    return [(CHOOSE, (e.category_id, e.threshold))]


def category_assigned(e: CategoryAssigned, at: Place) -> Changes:
    return [(DECIDE, (e.image_id, e.category_id, 1, at.position)), *mentioned([e.category_id], at)]


def category_rejected(e: CategoryRejected, at: Place) -> Changes:
    return [(DECIDE, (e.image_id, e.category_id, 0, at.position)), *mentioned([e.category_id], at)]


def category_cleared(e: CategoryCleared, at: Place) -> Changes:
    return [(CLEAR, (e.image_id, e.category_id)), *mentioned([e.category_id], at)]


def image_classified(e: ImageClassified, at: Place) -> Changes:
    image_id, model_id = e.image_id, e.model_id
    if e.labels:
        named, new = labels.kept(e)
        said: Changes = [(LABEL, (image_id, model_id, *label)) for label in named]
        return [(UNLABEL, (image_id, model_id)), *said, *((CREATE_BY_LABEL, one) for one in new)]
    kept = _kept(e.classes, _temperatures.get(model_id, 1.0))
    return [(UNLABEL, (image_id, model_id)), *((LABEL, (image_id, model_id, *label)) for label in kept)]


def ruled(image_id: str, kinds: Iterable[str], by: str = "rules") -> Changes:
    """Labels that no network gave: of a rule, or of a file beside the picture (`sidecar`)."""
    return [(RULE, (image_id, by, kind)) for kind in kinds]


def timeline_hides(e: TimelineHides, at: Place) -> Changes:
    return [(HIDES, (1, json.dumps(e.category_ids))), *mentioned(e.category_ids, at)]
