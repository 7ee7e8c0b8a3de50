"""Two classifiers side by side: how often they agree, and on which photos they don't.

A model's *word* on a photo is its top category at or above that category's threshold, if there is one.
Only photos that both have classified are compared.
"""

from typing import Final

import msgspec

from services.gateway.queries.agreement import NOTHING, OTHERS, matrix_of
from services.gateway.queries.timeline import NEWEST, NEWEST_FIRST
from services.gateway.tables.cursor import Cursor, decode_cursor, encode_cursor
from services.gateway.tables.pool import Views, cached


class Heading(msgspec.Struct, frozen=True):
    id: str
    name: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    a: str
    b: str
    photos: int
    """Classified by both."""
    same: int
    """Photos on which both agree, or neither has a word."""
    groups: list[Heading]
    """Rows and columns of the matrix, largest first."""
    matrix: list[list[int]]
    """Photo counts by the group of a's word (rows) and of b's (columns)."""


class Word(msgspec.Struct, frozen=True):
    category_id: str
    name: str
    score: float


class Difference(msgspec.Struct, frozen=True):
    image_id: str
    taken_at: str
    width: int
    height: int
    colour: str
    a: Word | None
    b: Word | None


class Differences(msgspec.Struct, frozen=True):
    photos: list[Difference]
    next: str | None


_BOTH: Final = """FROM image i JOIN verdict va ON va.image_id = i.image_id AND va.model_id = ?1
  JOIN verdict vb ON vb.image_id = i.image_id AND vb.model_id = ?2 WHERE i.visible = 1"""
_SURE: Final = """FROM spoken l JOIN category c USING (category_id)
  WHERE l.image_id = i.image_id AND l.model_id = {model} AND c.kind = 'category' AND c.deleted = 0
    AND l.score >= coalesce(c.chosen, c.threshold) ORDER BY l.score DESC, l.category_id LIMIT 1"""
_WORD: Final = f"coalesce((SELECT l.category_id {_SURE}), '')"
_SCORE: Final = f"(SELECT l.score {_SURE})"
_A, _B = _WORD.format(model="?1"), _WORD.format(model="?2")
_COUNTS: Final = f"SELECT a, b, count(*) FROM (SELECT {_A} AS a, {_B} AS b {_BOTH}) GROUP BY a, b"
_GROUPS: Final = "SELECT category_id, name, coalesce(group_id, category_id) FROM category"
_DIFFERENT: Final = f"""SELECT image_id, time_key, tie, taken_at, width, height, colour, a, b,
    {_SCORE.format(model="?1")}, {_SCORE.format(model="?2")}
  FROM (SELECT i.image_id, i.time_key, i.tie, coalesce(i.dated_at, '') AS taken_at,
    i.width, i.height, i.colour, {_A} AS a, {_B} AS b {_BOTH}
    AND (i.time_key, i.tie) < (?3, ?4)) AS i
  WHERE a <> b ORDER BY {NEWEST_FIRST} LIMIT ?5"""


async def _named(views: Views) -> tuple[dict[str, str], dict[str, str]]:
    """Category -> name, category -> group."""
    rows = await views.fetch(_GROUPS)
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


@cached
async def comparison(views: Views, a: str, b: str) -> Comparison:
    names, groups = await _named(views)
    counts: dict[tuple[str, str], int] = {}
    same = photos = 0
    for word_a, word_b, count in await views.fetch(_COUNTS, (a, b)):
        photos += count
        same += count if word_a == word_b else 0
        cell = (groups.get(word_a, NOTHING), groups.get(word_b, NOTHING))
        counts[cell] = counts.get(cell, 0) + count
    labels, matrix = matrix_of(counts)
    names |= {OTHERS: "others", NOTHING: "nothing"}
    headings = [Heading(group, names.get(group, group)) for group in labels]
    return Comparison(a=a, b=b, photos=photos, same=same, groups=headings, matrix=matrix)


async def differences(views: Views, a: str, b: str, after: str | None = None, limit: int = 24) -> Differences:
    """Photos on which the two disagree, newest first. Raises cursor.BadCursor."""
    cursor = decode_cursor(after, NEWEST) if after else Cursor(NEWEST, 2**63 - 1, "")
    rows = await views.fetch(_DIFFERENT, (a, b, cursor.key, cursor.tie, limit + 1))
    names, _ = await _named(views)

    def word(category_id: str, score: float | None) -> Word | None:
        return Word(category_id, names.get(category_id, category_id), score) if score is not None else None

    photos = [
        Difference(image_id, taken_at, width, height, colour, word(word_a, score_a), word(word_b, score_b))
        for image_id, _, _, taken_at, width, height, colour, word_a, word_b, score_a, score_b in rows[:limit]
    ]
    last = rows[limit - 1] if len(rows) > limit else None
    return Differences(photos, encode_cursor(Cursor(NEWEST, last[1], last[2])) if last else None)
