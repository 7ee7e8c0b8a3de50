"""The category tree, and the user's decisions about images."""

import json

from services.domain.categories import events
from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.photos.timeline import TimelineHides
from services.projector.rows.given import given
from services.projector.rows.mentions import mentioned
from services.projector.rows.statement import Changes, Place, Statement, Table

CATEGORY = Table("category", 1)
"""Seeded from the taxonomy before the first event."""
DECISION = Table("decision", 2)
_MERGED = Table("merged", 1)
_TIMELINE = Table("timeline", 1)

CREATE = Statement(
    CATEGORY,
    """INSERT INTO category (category_id, name, group_id, kind, everyday, threshold, origin, deleted)
    VALUES (?, ?, ?, ?, 1, 0.5, 'user', 0)
    ON CONFLICT (category_id) DO UPDATE SET name = excluded.name, group_id = excluded.group_id, kind = excluded.kind,
      chosen = NULL, hidden = 0, deleted = 0""",
)
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
DECIDE = Statement(
    DECISION,
    """INSERT INTO decision (image_id, category_id, assigned, position) VALUES (?, ?, ?, ?)
    ON CONFLICT (image_id, category_id) DO UPDATE SET assigned = excluded.assigned, position = excluded.position""",
)
CLEAR = Statement(DECISION, "DELETE FROM decision WHERE image_id = ? AND category_id = ?")
HIDES = Statement(
    _TIMELINE,
    """INSERT INTO timeline (slot, hides) VALUES (?, ?)
    ON CONFLICT (slot) DO UPDATE SET hides = excluded.hides""",
)


def category_created(e: events.CategoryCreated, at: Place) -> Changes:
    create = (CREATE, (e.category_id, e.name, e.group_id, e.kind))
    return [create, given("category", e.category_id, e.name, at), *mentioned([e.group_id], at)]


def category_renamed(e: events.CategoryRenamed, at: Place) -> Changes:
    return [(RENAME, (e.category_id, e.name)), given("category", e.category_id, e.name, at)]


def category_deleted(e: events.CategoryDeleted, at: Place) -> Changes:
    return [(DELETE, (e.category_id,))]


def category_restored(e: events.CategoryRestored, at: Place) -> Changes:
    return [(RESTORE, (e.category_id,))]


def category_moved(e: events.CategoryMoved, at: Place) -> Changes:
    return [(MOVE, (e.category_id, e.group_id)), *mentioned([e.group_id], at)]


def categories_merged(e: events.CategoriesMerged, at: Place) -> Changes:
    return [(MERGE, (e.category_id, e.into_id)), *mentioned([e.into_id], at)]


def category_unmerged(e: events.CategoryUnmerged, at: Place) -> Changes:
    return [(UNMERGE, (e.category_id,))]


def category_hidden(e: events.CategoryHidden, at: Place) -> Changes:
    return [(HIDE, (e.category_id, 1))]


def category_unhidden(e: events.CategoryUnhidden, at: Place) -> Changes:
    return [(HIDE, (e.category_id, 0))]


def threshold_set(e: events.ThresholdSet, at: Place) -> Changes:
    return [(CHOOSE, (e.category_id, e.threshold))]


def category_assigned(e: CategoryAssigned, at: Place) -> Changes:
    return [(DECIDE, (e.image_id, e.category_id, 1, at.position)), *mentioned([e.category_id], at)]


def category_rejected(e: CategoryRejected, at: Place) -> Changes:
    return [(DECIDE, (e.image_id, e.category_id, 0, at.position)), *mentioned([e.category_id], at)]


def category_cleared(e: CategoryCleared, at: Place) -> Changes:
    return [(CLEAR, (e.image_id, e.category_id)), *mentioned([e.category_id], at)]


def timeline_hides(e: TimelineHides, at: Place) -> Changes:
    return [(HIDES, (1, json.dumps(e.category_ids))), *mentioned(e.category_ids, at)]
