"""Which photo represents a card: a category, a year, a place.

Not simply the newest. Photos score higher if they surely belong there, are slightly wider than high, in colour, not
videos, and taken to be looked at (no screenshots or documents, nothing that the timeline leaves out). One SQL pass
picks the best of each of a few bundles of days, which gives several candidates; within a row of cards, no photo or
near-duplicate is then used twice while there is an alternative. The same library always gets the same covers.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.gateway.queries.crops import CROP
from services.gateway.search.states import LEFT_OUT
from services.gateway.tables.pool import Views
from services.gateway.tables.sums import Sum, in_part
from services.knowledge.alphabet import sort_key

BUNDLES: Final = 5
"""Maximum number of candidates per card."""
ALIKE: Final = 12
"""Maximum Hamming distance, of 64 bits, between the hashes of two photos that look the same."""
IN_SIGHT: Final = 24
"""How many preceding cards a card must differ from: those visible together with it."""

_DULL: Final = f"""dull AS MATERIALIZED (SELECT image_id FROM image_category ic WHERE {{}} AND {{}}category_id IN (
  SELECT value FROM json_each('["kind-screenshot", "kind-document", "kind-messenger", "kind-trash", "kind-archived"]')
  UNION {LEFT_OUT}))"""
DULL: Final = _DULL.format("1", "")
DULL_IN_PART: Final = _DULL.format(in_part("ic"), "+")
WORTH: Final = """(CASE WHEN i.width * 20 BETWEEN i.height * 22 AND i.height * 40 THEN 0.15
    WHEN i.width * 20 BETWEEN i.height * 12 AND i.height * 50 THEN 0.05 ELSE -0.3 END
  - 0.1 * i.grey - 0.2 * (i.part <> 'photo') - 0.8 * (i.image_id IN dull)
  + 0.02 * (coalesce(i.phash, 0) & 255) / 256)"""
"""Score of `image i`; needs DULL, or DULL_IN_PART for a sum. The last term breaks ties."""
BUNDLE: Final = f"(i.taken_ms / 86400000) % {BUNDLES}"


class Cover(msgspec.Struct, frozen=True):
    image_id: str
    colour: str
    crop: str | None = None
    """Which part of it is shown (crops.py)."""


class Candidate(msgspec.Struct, frozen=True):
    worth: float
    image_id: str
    colour: str
    crop: str | None
    phash: int | None


class Card(msgspec.Struct, frozen=True):
    key: str
    count: int
    candidates: list[Candidate]
    """Best first."""


async def cards(
    views: Views,
    key: str,
    source: str = f"image i WHERE {in_part('i')}",
    parameters: Iterable[Any] = (),
    sure: str = "0",
    most: int | None = None,
    language: str = "",
) -> list[Card]:
    """One card for each value of the SQL expression `key` among the visible photos of `source`, most photos first.

    `source`: tables including `image i`, WHERE, a condition, and `in_part` for all of them; `sure`: SQL for how surely
    a photo belongs there; `most`: how many cards, if photos can name any number; `language`: the reader's (ISO 639-1),
    by which cards with as many photos are sorted.
    """
    of = Sum(f"WITH {DULL_IN_PART} {candidates(key, source, sure)}", 2)
    rows = await views.sums(of, list(parameters))
    return (await asyncio.to_thread(cards_of, rows, language))[:most]


def candidates(key: str, source: str, sure: str = "0") -> str:
    """A query with rows for `cards_of`; arguments as of `cards`."""
    return f"""SELECT {key} AS card, {BUNDLE} AS bundle, count(*), max({WORTH} + {sure}), i.image_id, i.colour,
      {CROP}, i.phash
    FROM {source} AND i.visible = 1 GROUP BY card, bundle"""


def cards_of(rows: Iterable[Sequence[Any]], language: str = "") -> list[Card]:
    counts: dict[str, int] = {}
    candidates: dict[str, list[Candidate]] = {}
    for name, _bundle, count, *best in rows:
        if name is not None:
            counts[name] = counts.get(name, 0) + count
            candidates.setdefault(name, []).append(Candidate(*best))
    unsorted = (
        Card(name, counts[name], sorted(some, key=lambda one: (-one.worth, one.image_id)))
        for name, some in candidates.items()
    )
    return sorted(unsorted, key=lambda card: (-card.count, sort_key(card.key, language)))


def chosen(row: Iterable[Card]) -> Mapping[str, Cover]:
    """Key -> cover for one row of cards, in order."""
    previous: list[Candidate] = []
    covers = {}
    for card in row:
        del previous[:-IN_SIGHT]
        seen = {one.image_id for one in previous}
        new = [one for one in card.candidates if one.image_id not in seen]
        distinct = (one for one in new if not any(_alike(one, other) for other in previous))
        best = next(distinct, None) or (new or card.candidates)[0]
        previous.append(best)
        covers[card.key] = Cover(best.image_id, best.colour, best.crop)
    return covers


def _alike(one: Candidate, other: Candidate) -> bool:
    if one.phash is None or other.phash is None:
        return False
    return ((one.phash ^ other.phash) & (2**64 - 1)).bit_count() <= ALIKE
