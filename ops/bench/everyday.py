"""Everyday photos with what a person would name them: for `ops/bench/quality.py` and `ops/heads.py`.

Their folder is `ALBUMEN_EVERYDAY`, by default `../shared/photos/everyday`. It contains a `labels.csv` with the columns
`file`, `expected` (what a person would name), `acceptable` (also true), both separated by `|`, and `origin`. Ids are of
the category tree; those of no category yet may start with `x-`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from ops.bench.photo_lists import PhotoList, Row
from services.knowledge import taxonomy

PEOPLE: Final = "person"
OF_PEOPLE: Final = frozenset({"people", "child", "baby", "party", "wedding", "graduation"})
"""Labels of photos that show people."""
SAME: Final = frozenset({"document", taxonomy.DOCUMENT})
"""What a picture shows, and what kind of picture it is."""


class Everyday(NamedTuple):
    path: Path
    expected: frozenset[str]
    """What a person would name."""
    right: frozenset[str]
    """All that is true, with groups and wider categories."""
    origin: str
    """The repository that it comes from: photos of one origin resemble each other."""


PHOTOS: Final = PhotoList(
    "ALBUMEN_EVERYDAY",
    "everyday",
    ("file", "expected", "acceptable", "origin"),
    lambda number: ("x-person|street", "car", f"made/{number % 5}:{number}"),
    10,
)


@contextmanager
def everyday() -> Iterator[list[Everyday]]:
    """In a smoke run, synthetic images. Raises Unmeasurable."""
    with PHOTOS.opened() as (folder, rows):
        yield [_everyday(folder, row) for row in rows]


def kept_back(photos: Iterable[Everyday]) -> frozenset[str]:
    """A fifth of the origins, by their digests: nothing is fitted to their photos."""
    origins = sorted({photo.origin for photo in photos}, key=lambda origin: sha256(origin.encode()).digest())
    return frozenset(origins[: (len(origins) + 4) // 5])


def widened(ids: Iterable[str]) -> frozenset[str]:
    """With the categories and groups that are true as well."""
    true = set(ids)
    if true & OF_PEOPLE:
        true.add(PEOPLE)
    if true & SAME:
        true |= SAME
    for id_ in list(true):
        true |= _wider().get(id_, frozenset())
    categories = taxonomy.load().categories
    return frozenset(
        true | {group for id_ in true if id_ in categories and (group := categories[id_].group_id)}
    )


@lru_cache(maxsize=1)
def _wider() -> dict[str, frozenset[str]]:
    """Category -> those that get all of its classes (a mountain is a landscape)."""
    classes = defaultdict(set)
    for one in taxonomy.load().classes:
        for id_ in taxonomy.load().of_class(one.index):
            classes[id_].add(one.index)
    return {
        id_: frozenset(other for other, theirs in classes.items() if own <= theirs)
        for id_, own in classes.items()
    }


def _everyday(folder: Path, row: Row) -> Everyday:
    expected, acceptable = _ids(row["expected"]), _ids(row["acceptable"])
    origin = row["origin"].partition(":")[0]
    return Everyday(folder / row["file"], expected, widened(expected | acceptable), origin)


def _ids(cell: str) -> frozenset[str]:
    return frozenset(id_.removeprefix("x-") for id_ in cell.split("|") if id_)
