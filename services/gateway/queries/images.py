"""Photos as the read tables hold them, with their categories and files; several at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.gateway.search.folders import full_path
from services.gateway.search.vocabulary import NamedCategory, collections
from services.gateway.tables.pool import Views

_Row = tuple[Any, ...]


class Label(msgspec.Struct, frozen=True):
    id: str
    name: str
    score: float
    """0 to 1; 1 where the person decided."""
    source: str
    """`user` or `model`."""


class File(msgspec.Struct, frozen=True):
    root: str
    folder: str
    name: str
    size: int
    missing: bool
    unused: bool = False
    """Below a folder that Albumen was not started with this time."""

    @property
    def path(self) -> str:
        return "/".join(part for part in (self.root.rstrip("/"), self.folder, self.name) if part)

    @property
    def place(self) -> str:
        """Full path of the folder that it lies in."""
        return full_path(self.root, self.folder)


class FileProperties(msgspec.Struct, frozen=True, kw_only=True):
    """The columns that the API passes on as metadata, in its order."""

    format: str
    size: int
    orientation: int
    """EXIF's."""
    rotation: int
    """What a person has done to the upright picture, by the same numbers; `width` and `height` are those afterwards."""
    colour: str
    visible: bool
    camera_make: str | None
    camera_model: str | None
    lens: str | None
    f_number: float | None
    exposure_s: float | None
    iso: int | None
    focal_mm: float | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    description: str | None
    frames: int
    duration_s: float | None


class Image(FileProperties, frozen=True, kw_only=True):
    image_id: str
    taken_ms: int
    taken_at: str
    taken_at_source: str
    zone: str | None
    """The IANA time zone in which a date is shown of which only UTC is known."""
    zone_guessed: bool
    """It is the computer's, not that of the photo's place."""
    month: str
    width: int
    height: int
    film_offset: int | None
    """Bytes of the file before the film inside a motion photo."""
    film_size: int | None


ONE: Final = "= ?1"
SOME: Final = "IN (SELECT value FROM json_each(?1))"
"""Which photos a query is about: the one with an id, or those in a JSON list of ids."""
_FIELDS: Final = Image.__struct_fields__
IMAGES: Final = f"SELECT {', '.join(_FIELDS)} FROM image WHERE image_id {{}}"
LABELS: Final = """WITH own AS (SELECT image_id, category_id, score, source FROM image_category WHERE image_id {})
  SELECT image_id, category_id, name, score, source, min(derived) FROM (
    SELECT *, 0 AS derived FROM own UNION ALL
    SELECT o.image_id, c.group_id, max(o.score), o.source, 1 FROM own o JOIN shown_category c USING (category_id)
      WHERE o.source = 'model' AND c.group_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM decision d WHERE d.image_id = o.image_id AND d.category_id = c.group_id)
      GROUP BY o.image_id, c.group_id)
    JOIN shown_category c USING (category_id) WHERE c.hidden = 0
  GROUP BY image_id, category_id"""
"""With the group of each category, unless the photo has that group already."""
_OWN: Final = f"""WITH own AS MATERIALIZED (SELECT image_id, category_id, source, score FROM image_category
    WHERE image_id {SOME})
  SELECT json_group_array(json_array(image_id, category_id, source, score)) FROM own"""
"""As one row (see timeline.py). Without MATERIALIZED, SQLite computes the view for all photos before it filters."""
RANKS: Final = {"user": 0, "taught": 1, "described": 1, "model": 1}
"""Which sources are listed first; sidecars and rules come last."""
FILES: Final = """SELECT image_id, root, folder, name, size, missing,
    EXISTS (SELECT 1 FROM source s WHERE s.root = file.root AND s.in_use = 0), sort_key
  FROM file WHERE image_id {}"""


async def images(views: Views, ids: Sequence[str]) -> dict[str, Image]:
    """Id -> image, for the ids that exist."""
    rows = await views.fetch(IMAGES.format(SOME), (json.dumps(list(ids)),))
    return {image.image_id: image for image in map(image_of, rows)}


async def image(views: Views, image_id: str) -> Image | None:
    return (await images(views, [image_id])).get(image_id)


def image_of(row: _Row) -> Image:
    fields = dict(zip(_FIELDS, row, strict=True))
    return Image(**fields | {name: bool(fields[name]) for name in ("visible", "zone_guessed")})


async def labels(views: Views, ids: Sequence[str]) -> dict[str, list[Label]]:
    """Image id -> the categories that it is shown under: the person's first, then the surest."""
    rows = await views.fetch(LABELS.format(SOME), (json.dumps(list(ids)),))
    return {image_id: labels_of(some) for image_id, some in _by_image(rows, ids).items()}


def labels_of(rows: Iterable[_Row]) -> list[Label]:
    return sorted(
        (Label(*row[1:5]) for row in rows),
        key=lambda label: (label.source == "model", -label.score, label.name),
    )


async def category_names(views: Views, ids: Sequence[str]) -> dict[str, list[str]]:
    """Image id -> its categories' names, as `names_of` returns them; photos without any are left out."""
    listed = (await collections(views)).shown
    own: dict[str, list[tuple[str, str, float]]] = {}
    for (as_one,) in await views.fetch(_OWN, (json.dumps(list(ids)),)):
        for image_id, *category in json.loads(as_one):
            own.setdefault(image_id, []).append(tuple(category))
    return {image_id: names for image_id, some in own.items() if (names := names_of(some, listed))}


def names_of(own: Iterable[tuple[str, str, float]], shown: Mapping[str, NamedCategory]) -> list[str]:
    """The names of a photo's categories: the person's first, then the surest, then those from sidecars and rules; a
    group only where nothing more specific is known. `own`: (category id, source, score)."""
    ranked = sorted(
        (one.kind == "group", RANKS.get(source, 2), -score, one.name)
        for category_id, source, score in own
        if (one := shown.get(category_id))
    )
    return [name for group, _, _, name in ranked if group == ranked[0][0]]


async def files(views: Views, ids: Sequence[str]) -> dict[str, list[File]]:
    """Image id -> where copies of it were seen, existing ones first; the first one determines its place in order."""
    rows = await views.fetch(FILES.format(SOME), (json.dumps(list(ids)),))
    return {image_id: files_of(some) for image_id, some in _by_image(rows, ids).items()}


def files_of(rows: Iterable[_Row]) -> list[File]:
    in_order = sorted(rows, key=lambda row: (row[5], row[6], row[7], *row[1:4]))
    return [
        File(root, folder, name, size, bool(missing), bool(unused))
        for _, root, folder, name, size, missing, unused, _ in in_order
    ]


def _by_image(rows: Iterable[_Row], ids: Iterable[str]) -> dict[str, list[_Row]]:
    """Rows by their first column; each of the ids has an entry, in the given order."""
    groups: dict[str, list[_Row]] = {image_id: [] for image_id in ids}
    for row in rows:
        groups[row[0]].append(row)
    return groups
