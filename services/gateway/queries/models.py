"""The classifiers, the device each runs on, and how much of the library it has classified."""

from typing import Final

import msgspec

from services.domain.models.events import ModelKind
from services.gateway.queries.figures import HOW_MANY_SHOWN
from services.gateway.tables.pool import Reader, Views
from services.knowledge.feedback import ENOUGH
from services.knowledge.head_table import table


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Measured against the user's decisions on photos it has classified, in categories it has ever assigned."""

    right: int
    """True positives: the user agrees."""
    wrong: int
    """False positives: the user disagrees."""
    missed: int
    """False negatives: only the user assigned the category."""

    @property
    def precision(self) -> float | None:
        """None with too few answers, as `recall`."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong >= ENOUGH else None

    @property
    def recall(self) -> float | None:
        return self.right / (self.right + self.missed) if self.right + self.missed >= ENOUGH else None


class Model(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    active: bool
    weights_digest: str
    preprocessing_id: str
    input_size: int
    """Pixels, square."""
    class_count: int
    source: str
    device: str | None
    """None until a worker has loaded it."""
    precision: str | None
    classified: int
    """Visible photos with a verdict."""
    failed: int
    unclassified: int
    """Visible photos with neither a verdict nor a failure."""
    coming: bool
    """Comes into use once a job has classified all photos with it."""
    kind: ModelKind
    """What it says of a photo."""
    measured: Measured | None
    """None if there are no decisions to measure it by."""
    heads: list[str] = []
    """Categories that it sees in the picture as a whole, besides its classes."""


_MODELS: Final = """SELECT m.model_id, m.name, a.slot IS NOT NULL, m.weights_digest, m.preprocessing_id, m.input_size,
    m.class_count, m.source, m.device, m.precision,
    (SELECT count(*) FROM failure f CROSS JOIN image i ON i.image_id = f.image_id AND i.visible = 1
      WHERE f.model_id = m.model_id AND NOT EXISTS
        (SELECT 1 FROM verdict v WHERE v.image_id = f.image_id AND v.model_id = f.model_id)),
    m.kind
  FROM model m LEFT JOIN active_model a USING (model_id) ORDER BY m.input_size = 0, m.kind != 'classes', m.model_id"""
_CLASSIFIED: Final = """SELECT model_id, sum(photos) FROM (
    SELECT model_id, count(*) AS photos FROM verdict GROUP BY model_id
    UNION ALL SELECT v.model_id, -count(*) FROM image i CROSS JOIN verdict v USING (image_id)
      WHERE i.visible = 0 GROUP BY v.model_id)
  GROUP BY model_id"""
"""Visible photos. The few that are not visible have an index, so the others need not be looked up one by one."""
_MEASURED: Final = """SELECT model_id, sum(assigned AND said), sum(NOT assigned AND said), sum(assigned AND NOT said)
  FROM (SELECT v.model_id, d.assigned, EXISTS (SELECT 1 FROM spoken l WHERE l.image_id = d.image_id
        AND l.model_id = v.model_id AND l.category_id = d.category_id
        AND l.score >= coalesce(c.chosen, c.threshold)) AS said
    FROM decision d JOIN category c USING (category_id) JOIN verdict v USING (image_id)
    WHERE c.deleted = 0
      AND EXISTS (SELECT 1 FROM label l WHERE l.category_id = d.category_id AND l.model_id = v.model_id))
  GROUP BY model_id"""
_COMING: Final = (
    """SELECT DISTINCT model_id FROM job WHERE activates = 1 AND status IN ('running', 'paused')"""
)
_ACTIVE: Final = "SELECT model_id FROM active_model"


async def active_model(views: Reader) -> str | None:
    """The model that categories come from; None until something is to be classified."""
    rows = await views.fetch(_ACTIVE)
    return rows[0][0] if rows else None


async def models(views: Views) -> list[Model]:
    entries = []
    measured = {
        row[0]: Measured(right=row[1], wrong=row[2], missed=row[3])
        for row in await views.fetch(_MEASURED)
        if any(row[1:])
    }
    coming = {row[0] for row in await views.fetch(_COMING)}
    classified = dict(await views.fetch(_CLASSIFIED))
    total = sum(count for (count,) in await views.fetch(HOW_MANY_SHOWN))  # no row without read tables
    for *fields, failed, kind in await views.fetch(_MODELS):
        values = dict(zip(Model.__struct_fields__, fields, strict=False))
        values |= {"active": bool(values["active"]), "failed": failed, "kind": kind}
        values |= {"classified": classified.get(values["id"], 0)}
        if not values["input_size"]:  # rules always cover every photo
            values |= {"classified": total}
        unclassified = max(0, total - values["classified"] - failed)
        values |= {"unclassified": unclassified, "coming": values["id"] in coming}
        heads = [id_ for head in table().get(values["id"], ()) for id_ in head.ids]
        entries.append(Model(**values, measured=measured.get(values["id"]), heads=heads))
    return entries
