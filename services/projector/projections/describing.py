"""Categories described in words, and what words models make of the sentences. `describing.py` beside this package
computes which photos are like them."""

import json

from services.domain.categories.described import CategoryDescribed, DescriptionEncoded
from services.projector.rows.statement import Changes, Place, Statement, Table

DESCRIBED = Table("described", 1)
DESCRIPTION = Table("description", 2)

DESCRIBE = Statement(
    DESCRIBED,
    """INSERT INTO described (category_id, sentences) VALUES (?, ?)
    ON CONFLICT (category_id) DO UPDATE SET sentences = excluded.sentences""",
)
UNDESCRIBE = Statement(DESCRIBED, "DELETE FROM described WHERE category_id = ?")
ENCODE = Statement(
    DESCRIPTION,
    """INSERT INTO description (category_id, model_id, weights_digest, sentences, vectors, neutral, whole)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (category_id, model_id) DO UPDATE SET weights_digest = excluded.weights_digest,
      sentences = excluded.sentences, vectors = excluded.vectors, neutral = excluded.neutral, whole = excluded.whole""",
)


def category_described(e: CategoryDescribed, at: Place) -> Changes:
    if not e.sentences:
        return [(UNDESCRIBE, (e.category_id,))]
    return [(DESCRIBE, (e.category_id, _json(e.sentences)))]


def description_encoded(e: DescriptionEncoded, at: Place) -> Changes:
    vectors = (b"".join(e.vectors), b"".join(e.neutral))
    sentences = _json(e.sentences)
    return [(ENCODE, (e.category_id, e.model_id, e.weights_digest, sentences, *vectors, int(e.whole)))]


def _json(sentences: list[str]) -> str:
    return json.dumps(sentences, ensure_ascii=False)
