"""Which photo stands for a card: of a category, a year, a place.

Not simply the newest. What is surely of it, lies a little wider than high, is in colour, no film, and was taken to be
looked at (no screenshot, no document) is worth more. SQL names the best of each of a few bundles of days, so that
from one pass there are several to choose from; no photo, and nothing that looks nearly like it, then stands for two
cards of one row while there is another. The same library always gets the same covers.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from services.gateway.tables.pool import Views

BUNDLES: Final = 5
"""Candidates of a card at most."""
ALIKE: Final = 12
"""Bits of 64 in which the fingerprints of two photos that look the same differ at most."""

IN_SIGHT: Final = 24
"""Cards before it that a card must differ from: those that are seen together with it."""

DULL: Final = """dull AS MATERIALIZED (SELECT image_id FROM image_category
  WHERE category_id IN ('kind-screenshot', 'kind-document', 'kind-messenger', 'kind-trash', 'kind-archived'))"""
WORTH: Final = """(CASE WHEN i.width * 20 BETWEEN i.height * 22 AND i.height * 40 THEN 0.15
    WHEN i.width * 20 BETWEEN i.height * 12 AND i.height * 50 THEN 0.05 ELSE -0.3 END
  - 0.1 * i.grey - 0.2 * (i.part <> 'photo') - 0.8 * (i.image_id IN dull)
  + 0.02 * (coalesce(i.phash, 0) & 255) / 256)"""
"""Of `image i`, with DULL before it. The last part decides between equals."""
BUNDLE: Final = f"(i.taken_ms / 86400000) % {BUNDLES}"


class Cover(msgspec.Struct, frozen=True):
    image_id: str
    colour: str


class Candidate(msgspec.Struct, frozen=True):
    worth: float
    image_id: str
    colour: str
    phash: int | None


class Card(msgspec.Struct, frozen=True):
    key: str
    count: int
    candidates: list[Candidate]
    """Best first."""


async def cards(
    views: Views, key: str, source: str = "image i WHERE 1", parameters: Iterable[Any] = (), sure: str = "0"
) -> list[Card]:
    """One for each value of the SQL expression `key` among the photos of `source` that can be seen, most photos first.

    `source`: tables with `image i`, WHERE and a condition; `sure`: how surely a photo is of it.
    """
    sql = f"""WITH {DULL} SELECT {key} AS card, count(*), max({WORTH} + {sure}), i.image_id, i.colour, i.phash
      FROM {source} AND i.visible = 1 GROUP BY card, {BUNDLE}"""
    counts: dict[str, int] = {}
    found: dict[str, list[Candidate]] = {}
    for name, count, *best in await views.fetch(sql, list(parameters)):
        if name is not None:
            counts[name] = counts.get(name, 0) + count
            found.setdefault(name, []).append(Candidate(*best))
    made = [
        Card(name, counts[name], sorted(some, key=lambda one: (-one.worth, one.image_id)))
        for name, some in found.items()
    ]
    return sorted(made, key=lambda card: (-card.count, card.key))


def chosen(row: Iterable[Card]) -> Mapping[str, Cover]:
    """Key -> cover, of the cards of one row, in its order."""
    taken: list[Candidate] = []
    covers = {}
    for card in row:
        del taken[:-IN_SIGHT]
        new = [one for one in card.candidates if all(one.image_id != other.image_id for other in taken)]
        other = [one for one in new if not any(_alike(one, before) for before in taken)]
        best = (other or new or card.candidates)[0]
        taken.append(best)
        covers[card.key] = Cover(best.image_id, best.colour)
    return covers


def _alike(one: Candidate, other: Candidate) -> bool:
    if one.phash is None or other.phash is None:
        return False
    return ((one.phash ^ other.phash) & (2**64 - 1)).bit_count() <= ALIKE
