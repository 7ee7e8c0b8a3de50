"""Keywords as a tree: those in hierarchies below what they stand below, the others at the top."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from services.domain.photos.keywords import SEPARATOR
from services.gateway.tables.pool import Views, cached
from services.knowledge.alphabet import sort_key

_PATHS: Final = (
    """SELECT k.path, k.image_id FROM keyword_path k JOIN image i USING (image_id) WHERE i.visible = 1"""
)
_NAMES: Final = """SELECT k.name, count(DISTINCT k.image_id) FROM keyword k JOIN image i USING (image_id)
  WHERE i.visible = 1 GROUP BY k.name"""


MOST_BRANCHES: Final = 1000
_Place = tuple[str, ...]


class Branch(msgspec.Struct):
    name: str
    path: str
    """With everything above it."""
    count: int
    """Photos with it, or with a keyword below it."""
    below: "list[Branch]"


@cached
async def keyword_tree(views: Views, language: str = "") -> list[Branch]:
    """By name, in each branch, as people sort who read this language (ISO 639-1). At most MOST_BRANCHES in all, those
    with the most photos: files may hold any number."""
    rows, names = await views.fetch(_PATHS), await views.fetch(_NAMES)
    return await asyncio.to_thread(_tree, rows, names, language)


def _tree(rows: Iterable[Sequence[str]], names: Iterable[tuple[str, int]], language: str) -> list[Branch]:
    photos: dict[_Place, set[str]] = {}
    for path, image_id in rows:
        parts = tuple(path.split(SEPARATOR))
        for depth in range(1, len(parts) + 1):
            photos.setdefault(parts[:depth], set()).add(image_id)
    in_paths = {name for place in photos for name in place}
    counts = {place: len(images) for place, images in photos.items()}
    counts |= {(name,): count for name, count in names if name not in in_paths}
    branches: dict[_Place, Branch] = {(): Branch("", "", 0, [])}
    for place in sorted(counts, key=lambda one: (-counts[one], len(one), one))[
        :MOST_BRANCHES
    ]:  # none before its parent
        branches[place] = branch = Branch(place[-1], SEPARATOR.join(place), counts[place], [])
        branches[place[:-1]].below.append(branch)
    for branch in branches.values():
        branch.below.sort(key=lambda one: sort_key(one.name, language))
    return branches[()].below


def branch_count(tree: Iterable[Branch]) -> int:
    """How many branches it has."""
    return sum(1 + branch_count(one.below) for one in tree)
