"""Copies: files with the same bytes, and photos that are almost the same.

Computed once per position of the read tables. Finding near-duplicates takes about a second per ten thousand photos, and
the first time a millisecond or two for each photo with a similar hash (`running/text_pages.py`), so it runs in a
thread, and again only when the photos themselves have changed: hiding photos does not trigger it.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from services.domain.copies import WorseCopies
from services.gateway.queries.best import Holder, best_first, holders, preferred_folders, rank
from services.gateway.queries.distinct import Distinct, distinct_photos, distinction
from services.gateway.queries.similar import AlikeSearch, Item, Unlike, bursts
from services.gateway.queries.sources import source_roots
from services.gateway.tables.pool import Views, cached
from services.knowledge.archives import archive_of


class Copy(msgspec.Struct, frozen=True, array_like=True):
    path: str
    """As spelled in the log (`paths.from_text` gives the real path)."""
    mtime_ns: int
    body: int | str
    """The same for all names of one file."""


Decided = Literal["none", "first", "every"]


class Exact(msgspec.Struct, frozen=True, kw_only=True):
    """A photo with several identical files. Further names of a file (hard links) take no space."""

    image_id: str
    size: int
    """Bytes of one copy."""
    paths: list[str]
    """The one to keep first: the one that a person chose, else in the first of the preferred folders, shortest path,
    oldest file, in an archive only if there is no other; then all names of the other files, and of members of
    archives."""
    removable: list[str]
    """Those that could go: an archive stays as it is."""
    spare: int
    """Files that could go."""
    choice: Decided = "none"
    """What a person has decided: that the first stays, or every one."""

    @property
    def wasted(self) -> int:
        return self.spare * self.size


class Alike(msgspec.Struct, frozen=True):
    """Photos that are almost the same."""

    centre: Item
    """What all of them resemble; it doesn't depend on which is the best."""
    photos: list[Item]
    """The best first."""


class Duplicates(msgspec.Struct, frozen=True):
    exact: list[Exact]
    """Most wasteful first."""
    near: list[Alike]
    """Newest centre first."""
    bursts: list[list[Item]]
    """Newest burst first; in each, in the order taken."""
    worse: WorseCopies
    """The photos of `near` that would go if the best of each group stayed."""
    holders: list[Holder]
    """The folders that can win; first those that do, in order."""
    distinct: list[Distinct]
    """What a person says of photos that look almost the same: they are no duplicates. The last said is first."""

    @property
    def wasted(self) -> int:
        return sum(photo.wasted for photo in self.exact)


Groups = list[list[Item]]

_EXACT: Final = """SELECT f.image_id, f.size, json_group_array(json_array(f.full_path, f.mtime_ns, f.body)),
    k.image_id IS NOT NULL, k.path
  FROM copy f LEFT JOIN kept_copy k USING (image_id) WHERE f.image_id IN (
    SELECT image_id FROM file WHERE missing = 0 GROUP BY image_id HAVING count(*) > 1)
    AND f.image_id NOT IN (SELECT image_id FROM binned)
  GROUP BY f.image_id, f.size"""
_ITEMS: Final = """SELECT json_group_array(json_array(image_id, phash, taken_ms,
    nullif(camera_name, ''), width, height, size,
    json(iif(own_source = 'exif' OR exposure_s IS NOT NULL, 'true', 'false'))))
  FROM image i WHERE phash IS NOT NULL AND frames = 1 AND (visible = 1 OR
    (EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = i.image_id) OR i.image_id IN (SELECT image_id FROM binned))
      AND EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0))"""
"""As one row: see timeline.py. Anything that moves is left out: a video and its first frame are not the same. Hidden
photos and those in the bin are included, so that the groups remain valid when one gets there."""
_HIDDEN: Final = "SELECT image_id FROM hidden UNION SELECT image_id FROM binned"
_places: Final = msgspec.json.Decoder(list[Copy])
_items: Final = msgspec.json.Decoder(tuple[Item, ...])


@lru_cache(maxsize=1)
def _searched(items: str, unlike: Unlike | None) -> tuple[tuple[Item, ...], AlikeSearch]:
    """`items`: JSON."""
    decoded = _items.decode(items)
    return decoded, AlikeSearch(decoded, unlike)


@cached
async def duplicates(views: Views, unlike: Unlike | None = None) -> Duplicates:
    """Hidden photos are left out, except among exact copies. `unlike`: as in `similar.groups`."""
    folders = await preferred_folders(views)
    exact = [photo for row in await views.fetch(_EXACT) if (photo := _exact(row, folders))]
    items = (await views.fetch(_ITEMS) or [("[]",)])[0][0]
    hidden = frozenset(row[0] for row in await views.fetch(_HIDDEN))
    distinct = await distinct_photos(views)
    near, rapid = await asyncio.to_thread(_alike, items, hidden, unlike, distinct)
    ordered, worse, paths = await best_first(views, near, folders)
    every = [*paths.values(), *(photo.paths for photo in exact if photo.image_id not in paths)]
    choices = holders(every, await source_roots(views), folders)
    return Duplicates(
        exact=sorted(exact, key=lambda photo: (-photo.wasted, photo.image_id)),
        near=[Alike(group[0], best) for group, best in zip(near, ordered, strict=True) if len(best) > 1],
        bursts=rapid,
        worse=worse,
        holders=choices,
        distinct=distinct,
    )


def _exact(row: tuple[Any, ...], folders: Sequence[str]) -> Exact | None:
    """None if it is really one file, by several names or seen through two nested photo folders."""
    image_id, size, places, decided, path = row
    copies = {copy.path: copy for copy in _places.decode(places)}
    pick = copies.get(path)
    rest = sorted(copies.values(), key=lambda copy: _to_keep(copy, folders))
    first = pick or rest[0]
    others = [copy for copy in rest if copy.body != first.body]
    if not others:
        return None
    every = bool(decided) and path is None
    removable = [] if every else [copy for copy in others if not archive_of(copy.path)]
    return Exact(
        image_id=image_id,
        size=size,
        paths=[first.path, *(copy.path for copy in others)],
        removable=[copy.path for copy in removable],
        spare=len({copy.body for copy in removable}),
        choice="every" if every else "first" if pick else "none",
    )


def _to_keep(copy: Copy, folders: Sequence[str]) -> tuple[bool, int, int, int, str]:
    """Sorts the one to keep first."""
    return bool(archive_of(copy.path)), rank(copy.path, folders), len(copy.path), copy.mtime_ns, copy.path


def _alike(
    items: str, hidden: frozenset[str], unlike: Unlike | None, distinct: Sequence[Distinct]
) -> tuple[Groups, Groups]:
    """Groups and bursts. A photo that is already a copy in a group is not part of a burst."""
    every, search = _searched(items, unlike)
    near = search.groups(hidden, distinction(distinct))
    copies = hidden.union(item.image_id for group in near for item in group[1:])
    return near, bursts(item for item in every if item.image_id not in copies)
