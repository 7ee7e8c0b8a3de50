"""Which photo of each group of almost the same ones is the best, and which of the others would go.

The preferred folders come first, then resolution, what the file says of the photo (its metadata), clearly more bytes,
and the name. A photo to which a person has given something that the best one lacks, an album say, never goes.
"""

import asyncio
import json
import math
import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from services.domain.copies import WorseCopies
from services.gateway.queries.inherited import with_estate
from services.gateway.queries.similar import Item
from services.gateway.tables.pool import Views

CLEARLY: Final = math.log(1.25)
"""How far apart the logarithms of two sizes in bytes are that count as different."""

_MOST: Final = 20
"""Folders to choose from, besides the preferred ones."""


class _Facts(msgspec.Struct, frozen=True, array_like=True):
    image_id: str
    metadata: int
    """How many kinds of them the file has."""
    sort_key: str
    """Its first file's, in natural order."""
    files: int
    """Files on the disk; several names of one count once."""
    paths: list[str]


_FACTS: Final = """SELECT json_group_array(json_array(i.image_id,
    (i.own_source = 'exif') + (i.camera_name <> '') + (i.exposure_s IS NOT NULL) + (i.latitude IS NOT NULL)
      + (i.description IS NOT NULL), i.sort_key,
    (SELECT count(DISTINCT c.body) FROM copy c WHERE c.image_id = i.image_id),
    (SELECT json_group_array(c.full_path) FROM copy c WHERE c.image_id = i.image_id)))
  FROM json_each(?) wanted CROSS JOIN image i ON i.image_id = wanted.value"""
_GIVEN: Final = """WITH wanted AS (SELECT value AS image_id FROM json_each(?))
  SELECT image_id, 'album', album_id, '' FROM wanted JOIN album_image USING (image_id)
  UNION ALL SELECT image_id, 'category', category_id, '' FROM wanted JOIN decision USING (image_id) WHERE assigned = 1
  UNION ALL SELECT image_id, 'date', '', claim_at FROM wanted JOIN correction USING (image_id)
  UNION ALL SELECT image_id, field, item, value FROM wanted JOIN remark USING (image_id) WHERE field <> 'rotation'"""
_FOLDERS: Final = "SELECT folders FROM preferred_folders"
_facts: Final = msgspec.json.Decoder(list[_Facts])


class Holder(NamedTuple):
    folder: str
    """Full path, as spelled in the log."""
    photos: int
    """Duplicates with a file below it."""
    preferred: bool


def holders(photos: Iterable[Sequence[str]], roots: Sequence[str], preferred: Sequence[str]) -> list[Holder]:
    """The folders to choose from: those that are preferred, in order, then those right below what all duplicates of a
    photo folder have in common, the fullest first. `photos`: the paths of the files of each."""
    folders = [{posixpath.dirname(path) for path in paths} for paths in photos]
    by_root: dict[str, list[str]] = {}
    for folder in set[str]().union(*folders):
        by_root.setdefault(_root(folder, roots), []).append(folder)
    choices: dict[str, str] = {}
    for inside in by_root.values():
        above = posixpath.commonpath(inside)
        choices |= {folder: _choice(folder, above, preferred) for folder in inside}
    counts = Counter(choice for some in folders for choice in {choices[folder] for folder in some})
    others = sorted(counts.keys() - set(preferred), key=lambda folder: (-counts[folder], folder))
    first = [Holder(folder, counts[folder], True) for folder in preferred]
    return first + [Holder(folder, counts[folder], False) for folder in others[:_MOST]]


def _root(folder: str, roots: Sequence[str]) -> str:
    return max(
        (root for root in roots if f"{folder}/".startswith(f"{root.rstrip('/')}/")), key=len, default=""
    )


def _choice(folder: str, above: str, preferred: Sequence[str]) -> str:
    """The preferred folder that holds the files in this one, else the folder right below `above`, or that."""
    if (place := rank(f"{folder}/", preferred)) < len(preferred):
        return preferred[place]
    return posixpath.join(above, folder[len(above.rstrip("/")) + 1 :].partition("/")[0]).rstrip("/") or "/"


async def preferred_folders(views: Views) -> list[str]:
    """Those that win among duplicates, the first first."""
    rows = await views.fetch(_FOLDERS)
    return json.loads(rows[0][0]) if rows else []


def rank(path: str, folders: Sequence[str]) -> int:
    """Place of the innermost of the folders that holds it; their number if none does."""
    holding = [place for place, folder in enumerate(folders) if path.startswith(f"{folder.rstrip('/')}/")]
    return max(holding, key=lambda place: len(folders[place]), default=len(folders))


class Ordered(NamedTuple):
    groups: list[list[Item]]
    """Each with its best photo first."""
    worse: WorseCopies
    paths: dict[str, list[str]]
    """Image id -> full paths of its files, for all of these photos."""


async def best_first(views: Views, groups: Sequence[list[Item]], folders: Sequence[str]) -> Ordered:
    ids = [item.image_id for group in groups for item in group]
    return await asyncio.to_thread(
        _ordered, groups, folders, await _facts_of(views, ids), await _own(views, ids)
    )


def _ordered(
    groups: Sequence[list[Item]],
    folders: Sequence[str],
    facts: dict[str, _Facts],
    own: Mapping[str, Set[Any]],
) -> Ordered:
    """`own`: what people say of each photo."""
    order = partial(_order, facts=facts, folders=folders)
    ordered = [sorted((item for item in group if item.image_id in facts), key=order) for group in groups]
    worse = [_going(group, own) for group in ordered]
    going = [item for group in worse for item in group]
    copies = WorseCopies(
        images=[item.image_id for item in going],
        size=sum(item.size * max(facts[item.image_id].files, 1) for item in going),
        groups=sum(map(bool, worse)),
        held=sum(len(group[1:]) for group in ordered) - len(going),
    )
    return Ordered(ordered, copies, {image_id: fact.paths for image_id, fact in facts.items()})


async def _facts_of(views: Views, ids: Sequence[str]) -> dict[str, _Facts]:
    rows = await views.fetch(_FACTS, (json.dumps(ids),)) if ids else []
    return {one.image_id: one for one in _facts.decode(rows[0][0])} if rows else {}


def _going(group: Sequence[Item], own: Mapping[str, Set[Any]]) -> list[Item]:
    """All but the best, and those of which people say something that they don't say of it."""
    nothing: Set[Any] = frozenset()
    of_best = own.get(group[0].image_id, nothing) if group else nothing
    return [item for item in group[1:] if own.get(item.image_id, nothing) <= of_best]


def _order(item: Item, facts: dict[str, _Facts], folders: Sequence[str]) -> tuple[Any, ...]:
    fact = facts[item.image_id]
    place = min((rank(path, folders) for path in fact.paths), default=len(folders)) if folders else 0
    bytes_ = round(math.log(max(item.size, 1)) / CLEARLY)
    return place, -item.width * item.height, -fact.metadata, -bytes_, fact.sort_key, item.image_id


async def _own(views: Views, ids: Collection[str]) -> dict[str, set[Any]]:
    """What people have given each of the photos."""
    some = sorted(await with_estate(views, ids))
    own: dict[str, set[Any]] = {}
    for image_id, *what in await views.fetch(_GIVEN, (json.dumps(some),)) if some else []:
        own.setdefault(image_id, set()).add(tuple(what))
    return own
