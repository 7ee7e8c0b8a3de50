"""The folders of the photos as they lie on the disk: how many photos each has, and what is wrong in it.

Folders without photos are not listed, as scans record none.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from services.gateway.queries.problems import ListedProblem
from services.gateway.search.folders import full_path, within
from services.gateway.tables.pool import Views, cached
from services.gateway.tables.roots import known_roots
from services.knowledge.alphabet import sort_key
from services.knowledge.archives import is_readable

TROUBLES: Final = 100
"""Of the missing files of a folder, and of those that can't be read."""

_SHOWN: Final = "missing = 0 AND image_id NOT IN (SELECT image_id FROM image WHERE visible = 0)"
_OWN: Final = f"""SELECT root, folder, count(DISTINCT image_id) FILTER (WHERE {_SHOWN}), sum(missing = 1), 0, 0
    FROM file WHERE missing IN (0, 1) GROUP BY root, folder
  UNION ALL SELECT root, folder, 0, 0, count(*), 0 FROM current_rejection
    WHERE ignored = 0 AND kind = 'file' GROUP BY root, folder
  UNION ALL SELECT root, path, 0, 0, 0, 1 FROM current_rejection WHERE ignored = 0 AND kind = 'folder'"""
_COPIES: Final = f"""SELECT image_id, root, folder FROM file WHERE {_SHOWN}
    AND image_id IN (SELECT image_id FROM file WHERE missing = 0 GROUP BY image_id HAVING count(*) > 1)
  ORDER BY image_id"""
_STATES: Final = "SELECT root, in_use = 0, unavailable FROM source WHERE forgotten = 0"
_UNREADABLE: Final = """SELECT position, kind, full_path, size, reason, NULL, NULL FROM current_rejection
  WHERE root = ? AND folder = ? AND ignored = 0 AND kind = 'file' ORDER BY name LIMIT ?"""
_MISSING: Final = (
    "SELECT name, image_id FROM file WHERE root = ? AND folder = ? AND missing = 1 ORDER BY sort_key LIMIT ?"
)


class Branch(msgspec.Struct, kw_only=True):
    path: str
    """Full, as `kernel.paths` writes names."""
    name: str
    """The last part of the path; of a photo folder, the whole path."""
    archive: bool
    photos: int = 0
    """Shown photos with a file here or in a folder below, each once."""
    own: int = 0
    """Those with a file directly in it."""
    unreadable: int = 0
    """Files here and below that can't be read and are not ignored; so with `missing`."""
    missing: int = 0
    blocked: bool = False
    """It can't be listed."""
    unused: bool = False
    """A photo folder that the last scan was not given."""
    unavailable: str | None = None
    """A photo folder: why it could not be read at the last scan, as a sentence."""
    below: list["Branch"] = []
    """By name, as people sort."""


class Tree(msgspec.Struct, frozen=True):
    roots: list[Branch]
    """Photo folders. One that lies in another stands there, too."""
    folders: dict[str, Branch]
    """By their paths."""


@cached
async def tree(views: Views, language: str = "") -> Tree:
    """In each folder by name, as people sort who read this language (ISO 639-1)."""
    rows = await views.fetch(_OWN)
    copies = await views.fetch(_COPIES)
    states = await views.fetch(_STATES)
    return await asyncio.to_thread(_tree, rows, copies, states, language)


def _tree(
    rows: Iterable[Sequence[Any]],
    copies: Iterable[Sequence[Any]],
    states: Iterable[Sequence[Any]],
    language: str,
) -> Tree:
    by_place: dict[tuple[str, str], Branch] = {}
    for root, unused, unavailable in states:
        folder = _at(by_place, root, "")
        folder.unused, folder.unavailable = bool(unused), unavailable
    for root, name, photos, missing, unreadable, blocked in rows:
        _at(by_place, root, name).own += photos
        _at(by_place, root, name).blocked |= bool(blocked)
        for above in _upwards(name):
            folder = by_place[root, above]
            folder.photos += photos
            folder.missing += missing
            folder.unreadable += unreadable
    for place, surplus in _counted_twice(copies):
        by_place[place].photos -= surplus
    for folder in by_place.values():
        folder.below.sort(key=lambda one: sort_key(one.name, language))
    roots = [folder for (_, name), folder in by_place.items() if name == ""]
    every: dict[str, Branch] = {}
    for folder in sorted(by_place.values(), key=lambda one: one.photos):
        every[folder.path] = folder  # where two photo folders contain it, as the one that knows more of it
    return Tree(sorted(roots, key=lambda one: sort_key(one.path, language)), every)


def _at(by_place: dict[tuple[str, str], Branch], root: str, name: str) -> Branch:
    """The folder and those that contain it, created if need be."""
    if (root, name) not in by_place:
        own = name.rpartition("/")[2] if name else root
        folder = Branch(path=full_path(root, name), name=own, archive=is_readable(own), below=[])
        by_place[root, name] = folder
        if name:
            _at(by_place, root, name.rpartition("/")[0]).below.append(folder)
    return by_place[root, name]


def _upwards(name: str) -> Iterator[str]:
    """The folder itself, those that contain it, and the root."""
    yield name
    while name:
        name = name.rpartition("/")[0]
        yield name


def _counted_twice(copies: Iterable[Sequence[Any]]) -> Iterator[tuple[tuple[str, str], int]]:
    """(place, by how much) for folders that several copies of a photo lie below, each counted in its own folder."""
    of_one: dict[tuple[str, str], int] = {}
    folders: set[tuple[str, str]] = set()
    last = None
    for image_id, root, name in [*copies, (None, "", "")]:
        if image_id != last:
            yield from ((place, number - 1) for place, number in of_one.items() if number > 1)
            last, of_one, folders = image_id, {}, set()
        if (root, name) not in folders:
            folders.add((root, name))
            for above in _upwards(name):
                of_one[root, above] = of_one.get((root, above), 0) + 1


async def unreadable_files(views: Views, path: str) -> list[ListedProblem]:
    """The first TROUBLES of the files directly in a folder that can't be read."""
    places = within(path, await known_roots(views))
    rows = [row for place in places for row in await views.fetch(_UNREADABLE, (*place, TROUBLES))]
    return [ListedProblem(*row) for row in rows][:TROUBLES]


async def missing_files(views: Views, path: str) -> list[tuple[str, str]]:
    """(name, image id) of the first TROUBLES files that were directly in a folder, and are gone."""
    places = within(path, await known_roots(views))
    rows = [row for place in places for row in await views.fetch(_MISSING, (*place, TROUBLES))]
    return [(row[0], row[1]) for row in rows][:TROUBLES]
