"""The classifiers, what each runs on, and how much of the library it has seen."""

from typing import Final

import msgspec

from services.gateway.queries.views import Views


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


_MODELS: Final = """SELECT m.model_id, m.name, a.slot IS NOT NULL, m.weights_digest, m.preprocessing_id, m.input_size,
    m.class_count, m.source, m.device, m.precision,
    (SELECT count(*) FROM verdict v CROSS JOIN image i ON i.image_id = v.image_id AND i.visible = 1
      WHERE v.model_id = m.model_id),
    (SELECT count(*) FROM failure f CROSS JOIN image i ON i.image_id = f.image_id AND i.visible = 1
      WHERE f.model_id = m.model_id AND NOT EXISTS
        (SELECT 1 FROM verdict v WHERE v.image_id = f.image_id AND v.model_id = f.model_id)),
    (SELECT count(*) FROM image WHERE visible = 1)
  FROM model m LEFT JOIN active_model a USING (model_id) ORDER BY m.input_size = 0, m.model_id"""


async def models(views: Views) -> list[Model]:
    found = []
    for row in await views.fetch(_MODELS):
        *fields, classified, failed, total = row
        values = dict(zip(Model.__struct_fields__, fields, strict=False))
        values |= {"active": bool(values["active"]), "classified": classified, "failed": failed}
        if not values["input_size"]:  # rules look at everything at once
            values |= {"classified": total}
        left = max(0, total - values["classified"] - failed)
        found.append(Model(**values, unclassified=left))
    return found
