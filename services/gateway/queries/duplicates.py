"""Copies: files with the same bytes, and photos that are almost the same.

Computed once per position of the read tables. Finding near-duplicates takes about a second per ten thousand photos, and
the first time a millisecond or two for each photo with a similar hash (`running/text_pages.py`), so it runs in a
thread, and again only when the photos themselves have changed: hiding a copy does not trigger it.
"""

import asyncio
from functools import lru_cache
from typing import Any, Final

import msgspec

from services.gateway.queries.similar import Item, Unlike, bursts, groups
from services.gateway.tables.pool import Views, cached
from services.knowledge.archives import archive_of


class Copy(msgspec.Struct, frozen=True, array_like=True):
    path: str
    """As spelled in the log (`paths.from_text` gives the real path)."""
    mtime_ns: int
    body: int | str
    """The same for all names of one file."""


class Exact(msgspec.Struct, frozen=True, kw_only=True):
    """A photo with several identical files. Further names of a file (hard links) take no space."""

    image_id: str
    size: int
    """Bytes of one copy."""
    paths: list[str]
    """The one to keep first: shortest path, then oldest file, in an archive only if there is no other; then all names
    of the other files, and of members of archives."""
    removable: list[str]
    """Those that could go: an archive stays as it is."""
    spare: int
    """Files that could go."""

    @property
    def wasted(self) -> int:
        return self.spare * self.size


class Duplicates(msgspec.Struct, frozen=True):
    exact: list[Exact]
    """Most wasteful first."""
    near: list[list[Item]]
    """Groups of near-duplicates, newest group first; in each, the one to keep first."""
    bursts: list[list[Item]]
    """Newest burst first; in each, in the order taken."""

    @property
    def wasted(self) -> int:
        return sum(photo.wasted for photo in self.exact)


Groups = list[list[Item]]

_EXACT: Final = """SELECT f.image_id, f.size, json_group_array(json_array(f.full_path, f.mtime_ns, f.body))
  FROM copy f WHERE f.image_id IN (
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
_searched: Final = lru_cache(maxsize=2)(groups)
_items: Final = msgspec.json.Decoder(tuple[Item, ...])


@cached
async def duplicates(views: Views, unlike: Unlike | None = None) -> Duplicates:
    """Hidden photos are left out, except among exact copies. `unlike`: as in `similar.groups`."""
    exact = [photo for row in await views.fetch(_EXACT) if (photo := _exact(row))]
    items = (await views.fetch(_ITEMS) or [("[]",)])[0][0]
    hidden = frozenset(row[0] for row in await views.fetch(_HIDDEN))
    near, rapid = await asyncio.to_thread(_alike, _items.decode(items), hidden, unlike)
    return Duplicates(sorted(exact, key=lambda photo: (-photo.wasted, photo.image_id)), near, rapid)


def _exact(row: tuple[Any, ...]) -> Exact | None:
    """None if it is really one file, by several names or seen through two nested photo folders."""
    image_id, size, places = row
    copies = {copy.path: copy for copy in _places.decode(places)}
    first, *others = sorted(copies.values(), key=_to_keep)
    others = [copy for copy in others if copy.body != first.body]
    if not others:
        return None
    removable = [copy for copy in others if not archive_of(copy.path)]
    return Exact(
        image_id=image_id,
        size=size,
        paths=[first.path, *(copy.path for copy in others)],
        removable=[copy.path for copy in removable],
        spare=len({copy.body for copy in removable}),
    )


def _to_keep(copy: Copy) -> tuple[bool, int, int, str]:
    """Sorts the one to keep first."""
    return bool(archive_of(copy.path)), len(copy.path), copy.mtime_ns, copy.path


def _alike(items: tuple[Item, ...], hidden: frozenset[str], unlike: Unlike | None) -> tuple[Groups, Groups]:
    """Groups and bursts. A photo that is already a copy in a group is not part of a burst."""
    near = _groups(items, hidden, unlike)
    copies = hidden.union(item.image_id for group in near for item in group[1:])
    return near, bursts(item for item in items if item.image_id not in copies)


def _groups(items: tuple[Item, ...], hidden: frozenset[str], unlike: Unlike | None = None) -> Groups:
    """Groups of visible photos. A group depends only on its first photo, so hiding others needs no new search."""
    every = _searched(items, unlike)
    if any(group[0].image_id in hidden for group in every):
        return _searched(tuple(item for item in items if item.image_id not in hidden), unlike)
    visible = ([item for item in group if item.image_id not in hidden] for group in every)
    return [group for group in visible if len(group) > 1]
