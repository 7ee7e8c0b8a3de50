"""What an import asks of the read tables: which files there are, and what is known of their photos already."""

import asyncio
import json
from collections.abc import Callable, Collection
from typing import Any, Final

import msgspec

from services.domain.photos.keywords import SEPARATOR
from services.gateway.queries.reads import IS_STILL
from services.gateway.sidecars.namespaces import ALBUMS, CATEGORIES
from services.gateway.tables.pool import Reader
from services.knowledge.rotations import NONE

_PAGE: Final = 20_000
_FILES: Final = """SELECT root, folder, name, size, image_id FROM file
  WHERE (root, folder, name) > (?1, ?2, ?3) AND missing = 0 ORDER BY root, folder, name LIMIT ?4"""
_DATES: Final = """SELECT image_id, taken_at FROM image WHERE image_id IN (SELECT value FROM json_each(?))"""
_SOME: Final = "FROM json_each(?1) w"
_TEXTS: Final = f"""SELECT p.image_id, p.name, p.value {_SOME} CROSS JOIN property p ON p.image_id = w.value
  WHERE p.name IN ('title', 'caption') ORDER BY p.rank DESC, p.turn DESC"""
_DESCRIPTIONS: Final = f"""SELECT s.image_id, s.description {_SOME} CROSS JOIN sidecar s ON s.image_id = w.value
  WHERE s.description IS NOT NULL"""
_STARS: Final = f"""SELECT r.image_id, r.stars {_SOME} CROSS JOIN shown_rating r ON r.image_id = w.value
  WHERE r.stars > 0"""
_NAMES: Final = f"SELECT n.image_id, n.name {_SOME} CROSS JOIN {{}} n ON n.image_id = w.value"
_PATHS: Final = f"SELECT p.image_id, p.path {_SOME} CROSS JOIN keyword_path p ON p.image_id = w.value"
_LISTED: Final = f"""SELECT a.image_id, '{ALBUMS}{SEPARATOR}' || b.name {_SOME}
    CROSS JOIN album_image a ON a.image_id = w.value JOIN album b USING (album_id)
  UNION ALL SELECT c.image_id, '{CATEGORIES}{SEPARATOR}' || r.name {_SOME}
    CROSS JOIN image_category c ON c.image_id = w.value JOIN category n USING (category_id)
    JOIN category r ON r.category_id = n.root"""
_FACES: Final = f"""SELECT f.image_id, f.name, r.value {_SOME} CROSS JOIN region f ON f.image_id = w.value
  LEFT JOIN remark r ON r.image_id = f.image_id AND r.field = 'face' AND r.item = f.name"""
_DECISIONS: Final = f"""SELECT d.image_id, d.category_id, d.assigned {_SOME}
  CROSS JOIN decision d ON d.image_id = w.value"""
_FLAGS: Final = f"""SELECT i.image_id, i.taken_at, i.rotation, i.orientation, i.format, i.size, {IS_STILL},
    EXISTS (SELECT 1 FROM image_category c WHERE c.image_id = i.image_id AND c.category_id = 'kind-favorite'),
    EXISTS (SELECT 1 FROM decision d WHERE d.image_id = i.image_id AND d.category_id = 'kind-favorite'),
    EXISTS (SELECT 1 FROM decision d WHERE d.image_id = i.image_id AND d.category_id = 'kind-trash'),
    EXISTS (SELECT 1 FROM image_category c WHERE c.image_id = i.image_id AND c.category_id = 'kind-archived'),
    EXISTS (SELECT 1 FROM binned b WHERE b.image_id = i.image_id),
    EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = i.image_id),
    (SELECT l.latitude || ',' || l.longitude FROM located l WHERE l.image_id = i.image_id)
  {_SOME} CROSS JOIN image i ON i.image_id = w.value"""
_ALBUMS: Final = "SELECT album_id, name FROM album WHERE q IS NULL ORDER BY created_us, album_id"


class PlacedFile(msgspec.Struct, frozen=True):
    """A photo's file that is there."""

    root: str
    folder: str
    name: str
    size: int
    image_id: str


class KnownPhoto(msgspec.Struct):
    """What is shown of a photo."""

    taken_at: str = ""
    """ISO 8601."""
    title: str = ""
    caption: str = ""
    stars: int = 0
    keywords: set[str] = set()
    keyword_paths: set[str] = set()
    """Those of them that stand below others, with these."""
    listed: set[str] = set()
    """Its albums and categories, as an export lists them among those."""
    people: set[str] = set()
    faces: dict[str, str | None] = {}
    """Of whom the face is marked -> where, as JSON, if people say so; None: the file says it."""
    decisions: dict[str, bool] = {}
    """Category id -> whether a person said that it belongs there."""
    favorite: bool = False
    judged: bool = False
    """Somebody has said whether it is a favourite …"""
    sorted_out: bool = False
    """… or whether it is in the bin."""
    archived: bool = False
    binned: bool = False
    hidden: bool = False
    place: tuple[float, float] | None = None
    """Latitude and longitude, degrees."""
    rotation: int = NONE
    """What is done to the upright picture."""
    orientation: int = NONE
    """Of the file, by EXIF's numbers."""
    format: str = ""
    size: int = 0
    """Of the file, bytes."""
    still: bool = True
    """No video and no animation."""


async def files_wanted(views: Reader, wanted: Callable[[str, int], bool]) -> list[PlacedFile]:
    """The files whose name and size are wanted."""
    last, files = ("", "", ""), list[PlacedFile]()
    while rows := await views.fetch(_FILES, (*last, _PAGE)):
        files += await asyncio.to_thread(_placed, rows, wanted)
        last = rows[-1][:3]
    return files


def _placed(rows: list[tuple[Any, ...]], wanted: Callable[[str, int], bool]) -> list[PlacedFile]:
    return [PlacedFile(*row) for row in rows if wanted(row[2], row[3])]


async def dates(views: Reader, ids: Collection[str]) -> dict[str, str]:
    """Image id -> the date it is shown under; only of photos in the library."""
    return {row[0]: row[1] for row in await views.fetch(_DATES, (json.dumps(sorted(ids)),))} if ids else {}


async def known_photos(views: Reader, ids: Collection[str]) -> dict[str, KnownPhoto]:
    wanted = (json.dumps(sorted(ids)),)
    photos: dict[str, KnownPhoto] = {}
    for id_, *picture, favorite, judged, sorted_out, archived, binned, hidden, place in await views.fetch(
        _FLAGS, wanted
    ):
        taken_at, rotation, orientation, format_, size, still = picture
        latitude, _, longitude = (place or "").partition(",")
        photos[id_] = KnownPhoto(
            taken_at=taken_at,
            rotation=rotation,
            orientation=orientation,
            format=format_,
            size=size,
            still=bool(still),
            favorite=bool(favorite),
            judged=bool(judged),
            sorted_out=bool(sorted_out),
            archived=bool(archived),
            binned=bool(binned),
            hidden=bool(hidden),
            place=(float(latitude), float(longitude)) if place else None,
            keywords=set(),
            people=set(),
            keyword_paths=set(),
            listed=set(),
            faces={},
            decisions={},
        )
    for id_, description in await views.fetch(_DESCRIPTIONS, wanted):
        photos[id_].caption = description
    for id_, name, value in await views.fetch(_TEXTS, wanted):  # the one that counts comes last
        setattr(photos[id_], name, value)
    for id_, stars in await views.fetch(_STARS, wanted):
        photos[id_].stars = stars
    for id_, name in await views.fetch(_NAMES.format("keyword"), wanted):
        photos[id_].keywords.add(name)
    for id_, name in await views.fetch(_NAMES.format("person"), wanted):
        photos[id_].people.add(name)
    for id_, path in await views.fetch(_PATHS, wanted):
        photos[id_].keyword_paths.add(path)
    for id_, path in await views.fetch(_LISTED, wanted):
        photos[id_].listed.add(path)
    for id_, name, region in await views.fetch(_FACES, wanted):
        photos[id_].faces[name] = region
    for id_, category, assigned in await views.fetch(_DECISIONS, wanted):
        photos[id_].decisions[category] = bool(assigned)
    return photos


async def albums_by_name(views: Reader) -> dict[str, str]:
    """Name -> id, of albums that photos are put into by hand; of several, the oldest."""
    names: dict[str, str] = {}
    for id_, name in await views.fetch(_ALBUMS):
        names.setdefault(name, id_)
    return names


_FAILURES: Final = (
    "SELECT path, name, reason FROM import_failure WHERE job_id = ? ORDER BY number, place LIMIT ?"
)
_IMPORT: Final = "SELECT source FROM import WHERE job_id = ?"


async def failures(views: Reader, job_id: str, limit: int) -> list[tuple[str, str, str]]:
    """(path of the file, name of the photo in it, reason)"""
    return [(row[0], row[1], row[2]) for row in await views.fetch(_FAILURES, (job_id, limit))]


async def source(views: Reader, job_id: str) -> str | None:
    """What is imported from; None if there is no such import."""
    rows: list[tuple[Any, ...]] = await views.fetch(_IMPORT, (job_id,))
    return rows[0][0] if rows else None
