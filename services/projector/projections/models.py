"""Models, the active one, and the verdict of each on an image."""

import msgspec

from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated, ModelLoaded, ModelRegistered
from services.domain.photos.explaining import ImageExplained
from services.projector.projections.problems import SUCCEED
from services.projector.rows.statement import Changes, Place, Statement, Table

MODEL = Table("model", 1)
"""Seeded with the rules before the first event."""
_ACTIVE = Table("active_model", 1)
_VERDICT = Table("verdict", 2)
EMBEDDING = Table("embedding", 2)
_HEAT = Table("heat", 2)

REGISTER = Statement(
    MODEL,
    """INSERT INTO model (model_id, name, weights_digest, preprocessing_id, input_size, class_count, source, kind)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (model_id) DO UPDATE SET name = excluded.name, weights_digest = excluded.weights_digest,
      preprocessing_id = excluded.preprocessing_id, input_size = excluded.input_size,
      class_count = excluded.class_count, source = excluded.source, kind = excluded.kind""",
)
LOAD = Statement(
    MODEL,
    """INSERT INTO model (model_id, name, weights_digest, preprocessing_id, input_size, class_count, source,
      device, precision, worker_id, loaded_us)
    VALUES (?1, ?1, '', '', 0, 0, '', ?2, ?3, ?4, ?5)
    ON CONFLICT (model_id) DO UPDATE SET device = excluded.device, precision = excluded.precision,
      worker_id = excluded.worker_id, loaded_us = excluded.loaded_us""",
)
"""Inserts too, since a worker may announce itself before its model is registered."""
ACTIVATE = Statement(
    _ACTIVE,
    """INSERT INTO active_model (slot, model_id) VALUES (?, ?)
    ON CONFLICT (slot) DO UPDATE SET model_id = excluded.model_id""",
)
JUDGE = Statement(
    _VERDICT,
    """INSERT INTO verdict (image_id, model_id, job_id, position, since, classes, labels, rotation)
    VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)
    ON CONFLICT (image_id, model_id) DO UPDATE SET job_id = excluded.job_id, position = excluded.position,
      since = iif(rotation = excluded.rotation, since, excluded.since),
      classes = excluded.classes, labels = excluded.labels, rotation = excluded.rotation""",
)
EMBED = Statement(
    EMBEDDING,
    """INSERT INTO embedding (image_id, model_id, position, code, weights_digest) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (image_id, model_id) DO UPDATE SET position = excluded.position, code = excluded.code,
      weights_digest = excluded.weights_digest""",
)
FORGET = Statement(EMBEDDING, "DELETE FROM embedding WHERE image_id = ? AND model_id = ?")
HEAT = Statement(
    _HEAT,
    """INSERT INTO heat (image_id, model_id, class_index, rotation, side, cells, share, weights_digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (image_id, model_id, class_index, rotation) DO UPDATE SET side = excluded.side, cells = excluded.cells,
      share = excluded.share, weights_digest = excluded.weights_digest""",
)

_json = msgspec.json.Encoder().encode


def model_registered(e: ModelRegistered, at: Place) -> Changes:
    row = (
        e.model_id,
        e.name,
        e.weights_digest,
        e.preprocessing_id,
        e.input_size,
        e.class_count,
        e.source,
        e.kind,
    )
    return [(REGISTER, row)]


def model_loaded(e: ModelLoaded, at: Place) -> Changes:
    return [(LOAD, (e.model_id, e.device, e.precision, e.worker_id, at.recorded_us))]


def model_activated(e: ModelActivated, at: Place) -> Changes:
    return [(ACTIVATE, (1, e.model_id))]


def image_classified(e: ImageClassified, at: Place) -> Changes:
    labels = _json(e.labels).decode() if e.labels else None
    verdict = (e.image_id, e.model_id, at.job_id, at.position, _json(e.classes).decode(), labels, e.rotation)
    key = (e.image_id, e.model_id)
    embedding = (EMBED, (*key, at.position, e.embedding, None)) if e.embedding else (FORGET, key)
    return [(JUDGE, verdict), (SUCCEED, key), embedding]


def image_explained(e: ImageExplained, at: Place) -> Changes:
    key, rest = (e.image_id, e.model_id), (e.share, e.weights_digest)
    return [(HEAT, (*key, one.class_index, e.rotation, one.side, one.cells, *rest)) for one in e.heat]
