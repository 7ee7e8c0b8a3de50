"""The classifiers, what each runs on, and how much of the library it has seen."""

from typing import Final

import msgspec

from services.gateway.tables.pool import Reader, Views


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """By what the person said of photos that it has looked at, in categories that it has ever named."""

    right: int
    """It says so, and the person does too."""
    wrong: int
    """It says so, and the person said no."""
    missed: int
    """The person says so, and it does not."""

    @property
    def precision(self) -> float | None:
        """Of what it says, the share that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """Of what is there, the share that it says."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


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
    """Photos that can be seen and that it has a verdict of."""
    failed: int
    unclassified: int
    """Photos that can be seen and that it has neither classified nor failed at."""
    measured: Measured | None
    """None where the person has said nothing that it could be measured by."""


_MODELS: Final = """SELECT m.model_id, m.name, a.slot IS NOT NULL, m.weights_digest, m.preprocessing_id, m.input_size,
    m.class_count, m.source, m.device, m.precision,
    (SELECT count(*) FROM verdict v CROSS JOIN image i ON i.image_id = v.image_id AND i.visible = 1
      WHERE v.model_id = m.model_id),
    (SELECT count(*) FROM failure f CROSS JOIN image i ON i.image_id = f.image_id AND i.visible = 1
      WHERE f.model_id = m.model_id AND NOT EXISTS
        (SELECT 1 FROM verdict v WHERE v.image_id = f.image_id AND v.model_id = f.model_id)),
    (SELECT count(*) FROM image WHERE visible = 1)
  FROM model m LEFT JOIN active_model a USING (model_id) ORDER BY m.input_size = 0, m.model_id"""
_MEASURED: Final = """SELECT model_id, sum(assigned AND said), sum(NOT assigned AND said), sum(assigned AND NOT said)
  FROM (SELECT v.model_id, d.assigned, EXISTS (SELECT 1 FROM label l WHERE l.image_id = d.image_id
        AND l.model_id = v.model_id AND l.category_id = d.category_id
        AND l.score >= coalesce(c.chosen, c.threshold)) AS said
    FROM decision d JOIN category c USING (category_id) JOIN verdict v USING (image_id)
    WHERE c.deleted = 0
      AND EXISTS (SELECT 1 FROM label l WHERE l.category_id = d.category_id AND l.model_id = v.model_id))
  GROUP BY model_id"""

_ACTIVE: Final = "SELECT model_id FROM active_model"


async def active_model(views: Reader) -> str | None:
    """The one that categories come from; None before the first photo is to be classified."""
    rows = await views.fetch(_ACTIVE)
    return rows[0][0] if rows else None


async def models(views: Views) -> list[Model]:
    found = []
    measured = {
        row[0]: Measured(right=row[1], wrong=row[2], missed=row[3])
        for row in await views.fetch(_MEASURED)
        if any(row[1:])
    }
    for row in await views.fetch(_MODELS):
        *fields, classified, failed, total = row
        values = dict(zip(Model.__struct_fields__, fields, strict=False))
        values |= {"active": bool(values["active"]), "classified": classified, "failed": failed}
        if not values["input_size"]:  # rules look at everything at once
            values |= {"classified": total}
        left = max(0, total - values["classified"] - failed)
        found.append(Model(**values, unclassified=left, measured=measured.get(values["id"])))
    return found
