"""Categories described in words: what people wrote, and how far words models have come with it."""

import json
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from services.gateway.tables.pool import Views, cached
from services.knowledge.answers import ENOUGH_TO_FIT


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Sentences that a words model has not read yet, in its present version."""

    category_id: str
    model_id: str
    weights_digest: str
    sentences: list[str]


class ModelReading(msgspec.Struct, frozen=True, kw_only=True):
    """What one words model has made of a category's description."""

    model: str
    """Its name."""
    up_to_date: bool
    """False: it has not read these sentences yet, or was replaced since; what it said before counts until it has."""
    whole: bool
    """It has read each sentence to its end."""
    accepted: int
    rejected: int
    """Answers of the person about photos that it has seen."""
    unseen: int
    """Visible photos that it has not looked at, in the version that has read the description."""

    @property
    def fitted(self) -> bool:
        """Whether answers decide from which score on photos belong there."""
        return min(self.accepted, self.rejected) >= ENOUGH_TO_FIT


class Description(msgspec.Struct, frozen=True):
    sentences: list[str]
    readings: list[ModelReading]
    """Of each words model that is known; empty: there is none."""

    @property
    def waiting(self) -> list[ModelReading]:
        """Those that have yet to read it."""
        return [one for one in self.readings if not one.up_to_date]

    @property
    def unseen(self) -> int:
        """Visible photos that no words model has compared with it."""
        return min((one.unseen for one in self.readings), default=0)


class Resemblance(msgspec.Struct, frozen=True):
    """Why a photo is in a category that was described."""

    category_id: str
    name: str
    sentence: str
    """The one that fits best."""
    score: float


_DUE: Final = """SELECT p.category_id, m.model_id, m.weights_digest, p.sentences
  FROM model m CROSS JOIN described p JOIN category c USING (category_id)
    LEFT JOIN description d ON d.category_id = p.category_id AND d.model_id = m.model_id
  WHERE m.kind = 'words' AND c.deleted = 0
    AND (d.sentences IS NOT p.sentences OR d.weights_digest IS NOT m.weights_digest)
  ORDER BY m.model_id, p.category_id"""
_MODELS: Final = "SELECT 1 FROM model WHERE kind = 'words' LIMIT 1"
_SENTENCES: Final = "SELECT sentences FROM described WHERE category_id = ?"
_READINGS: Final = """SELECT m.name, d.sentences IS p.sentences AND d.weights_digest IS m.weights_digest,
    coalesce(d.whole, 1), coalesce(k.accepted, 0), coalesce(k.rejected, 0),
    (SELECT count(*) FROM image i WHERE i.visible = 1 AND NOT EXISTS (SELECT 1 FROM embedding e
      WHERE e.image_id = i.image_id AND e.model_id = m.model_id
        AND e.weights_digest = coalesce(d.weights_digest, m.weights_digest)))
  FROM described p CROSS JOIN model m
    LEFT JOIN description d ON d.category_id = p.category_id AND d.model_id = m.model_id
    LEFT JOIN calibration k ON k.category_id = p.category_id AND k.model_id = m.model_id
  WHERE p.category_id = ? AND m.kind = 'words' ORDER BY m.model_id"""
RESEMBLANCES: Final = """SELECT s.category_id, s.name, d.sentences ->> l.sentence, max(l.margin - k.shift), b.score
  FROM calibration k CROSS JOIN likeness l
      ON l.category_id = k.category_id AND l.model_id = k.model_id AND l.image_id = ?1
    JOIN description d ON d.category_id = k.category_id AND d.model_id = k.model_id
    JOIN category c ON c.category_id = k.category_id JOIN shown_category s ON s.category_id = c.root
    JOIN label b ON b.image_id = ?1 AND b.model_id = 'described' AND b.category_id = k.category_id
  WHERE s.hidden = 0 GROUP BY s.category_id"""


async def due(views: Views) -> list[Due]:
    rows = await views.fetch(_DUE)
    return [
        Due(category_id=id_, model_id=model, weights_digest=digest, sentences=json.loads(sentences))
        for id_, model, digest, sentences in rows
    ]


@cached
async def has_words_model(views: Views) -> bool:
    """Whether there is a words model."""
    return bool(await views.fetch(_MODELS))


@cached
async def description(views: Views, category_id: str) -> Description | None:
    """None if it is not described."""
    rows = await views.fetch(_SENTENCES, (category_id,))
    if not rows:
        return None
    readings = [
        ModelReading(
            model=model,
            up_to_date=bool(current),
            whole=bool(whole),
            accepted=accepted,
            rejected=rejected,
            unseen=unseen,
        )
        for model, current, whole, accepted, rejected, unseen in await views.fetch(_READINGS, (category_id,))
    ]
    return Description(json.loads(rows[0][0]), readings)


def resemblances_of(rows: Iterable[tuple[Any, ...]]) -> list[Resemblance]:
    """The surest first."""
    some = [Resemblance(id_, name, sentence or "", score) for id_, name, sentence, _, score in rows]
    return sorted(some, key=lambda one: (-one.score, one.name))
