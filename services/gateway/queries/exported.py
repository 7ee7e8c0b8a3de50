"""Everything known of photos that an export writes, many photos at a time, and the albums."""

import json
from collections import defaultdict
from typing import Any, Final, NamedTuple

import msgspec

from services.domain.categories.category import initial
from services.domain.photos.properties import Region
from services.gateway.queries import images
from services.gateway.queries.annotations import ANNOTATIONS, REMARKS, Annotations, annotations_of
from services.gateway.queries.explore import Locality
from services.gateway.queries.images import FILES, IMAGES, LABELS, SOME, File, Image, Label
from services.gateway.queries.properties import PATHS, REGIONS, VALUES, Value, regions_of, values_of
from services.gateway.queries.together import Part, apart, together
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Views
from services.knowledge.alphabet import sort_key
from services.knowledge.precedence import CAPTION, HEADLINE, TITLE

_Rows = list[tuple[Any, ...]]


class AlbumOf(msgspec.Struct, frozen=True):
    id: str
    name: str


class Decision(msgspec.Struct, frozen=True):
    """What a person said of a photo and a category."""

    id: str
    name: str
    assigned: bool


class Correction(msgspec.Struct, frozen=True):
    """A person's date: ISO 8601, and `user`, or `user-month` or `user-year` if no more is known."""

    taken_at: str
    source: str


class ExportedPhoto(msgspec.Struct, frozen=True, kw_only=True):
    image: Image
    files: list[File]
    """Known copies, existing ones first."""
    labels: list[Label]
    """The categories that it is shown under, without groups that merely follow from one."""
    albums: list[AlbumOf]
    """By name; no smart ones, which hold what they find."""
    annotations: Annotations
    properties: dict[str, list[Value]]
    regions: list[Region]
    keyword_paths: list[str]
    locality: Locality | None
    stars: int | None
    """-1 to 5; None: nothing is said of it."""
    hidden: bool
    correction: Correction | None
    decisions: list[Decision]
    remarks: list[tuple[str, str, Any]]
    """What people said: (field, item, value), as in `projections/remarks.sql`."""

    @property
    def caption(self) -> str | None:
        """Without the title or the headline, which pages show for want of a caption."""
        others = [one.value for name in (TITLE, HEADLINE) for one in self.properties.get(name, ())]
        text = self.annotations.description
        return None if CAPTION not in self.properties and text in others else text


class ExportedAlbum(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    description: str
    query: str | None
    """Of a smart album."""
    sort: str | None
    """`album` (by hand), `taken_at` or `-taken_at`; None: the default."""
    cover: str | None
    """The photo that a person made the cover."""
    created_us: int
    """Microseconds since 1970, UTC."""
    photos: list[str]
    """Ids, in the manual order; of a smart album none."""


class ExportedCategory(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    """A built-in one's in English, unless it is renamed."""
    kind: str
    """`category` or `group`."""
    group: str | None
    """The id of its group."""
    own: bool
    """Whether a person made it."""
    hidden: bool
    threshold: float | None
    """The score that a person chose, from which on photos are shown in it."""
    sentences: list[str]
    """What belongs to it in a person's words."""
    taught: bool
    """Whether it learns from the photos that a person put in it."""
    merged_into: str | None
    """The id of the category or group that it is part of since."""
    deleted: bool
    renamed: bool
    """Whether it is built in, and a person gave it this name."""


class FileName(NamedTuple):
    root: str
    folder: str
    name: str

    @property
    def path(self) -> str:
        """Below the root."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


_PARTS: Final = {
    "image": Part(IMAGES.format(SOME), len(Image.__struct_fields__)),
    "file": Part(FILES.format(SOME), 8),
    "label": Part(LABELS.format(SOME), 6),
    "album": Part(
        f"""SELECT a.image_id, b.album_id, b.name FROM album_image a JOIN album b USING (album_id)
          WHERE a.image_id {SOME}""",
        3,
    ),
    "annotation": Part(ANNOTATIONS.format(SOME), 13),
    "remark": Part(REMARKS.format(SOME), 4),
    "property": Part(VALUES.format(SOME), 7),
    "region": Part(REGIONS.format(SOME), 2),
    "path": Part(PATHS.format(SOME), 2),
    "place": Part(f"SELECT image_id, city, country, code FROM located WHERE image_id {SOME}", 4),
    "hidden": Part(f"SELECT image_id FROM hidden WHERE image_id {SOME}", 1),
    "correction": Part(f"SELECT image_id, claim_at, source FROM correction WHERE image_id {SOME}", 3),
    "decision": Part(
        f"""SELECT d.image_id, c.root, r.name, d.assigned FROM decision d JOIN category c USING (category_id)
          JOIN category r ON r.category_id = c.root WHERE d.image_id {SOME} ORDER BY d.position""",
        4,
    ),
}
_EVERYTHING: Final = together(_PARTS)
_ROOTS: Final = "SELECT root FROM source UNION SELECT root FROM file"
_COUNT: Final = "SELECT count(*) FROM image"
_IDS: Final = "SELECT image_id FROM image WHERE image_id > ? ORDER BY image_id LIMIT ?"
_NAMES: Final = """SELECT root, folder, name FROM file WHERE (root, folder, name) > (?, ?, ?)
  ORDER BY root, folder, name LIMIT ?"""
_ALBUMS: Final = """SELECT b.album_id, b.name, b.description, b.q, b.sort, b.cover_id, b.created_us,
    (SELECT json_group_array(image_id) FROM
      (SELECT image_id FROM album_image a WHERE a.album_id = b.album_id ORDER BY a.rank, a.image_id))
  FROM album b ORDER BY b.created_us, b.album_id"""
_CATEGORIES: Final = """SELECT c.category_id, c.name, c.kind, s.group_id, c.origin = 'user', c.hidden, c.chosen,
    d.sentences, ifnull(t.taught, 0), iif(r.deleted, NULL, c.into_id), r.deleted
  FROM category c JOIN category r ON r.category_id = c.root LEFT JOIN shown_category s ON s.category_id = c.category_id
  LEFT JOIN described d ON d.category_id = c.category_id LEFT JOIN taught t ON t.category_id = c.category_id
  WHERE s.category_id IS NOT NULL OR c.origin = 'builtin'
  ORDER BY c.category_id"""
_SAID: Final = ("stars", "decision", "binned")
"""Rows of REMARKS that say what counts, not what a person said."""


async def roots_of_photos(views: Views) -> list[str]:
    """All photo folders that were ever given, and those that only files tell of (logs of early versions)."""
    return [row[0] for row in await views.fetch(_ROOTS)]


async def photo_count(views: Views) -> int:
    rows = await views.fetch(_COUNT)
    return int(rows[0][0]) if rows else 0


async def photos_after(views: Views, image_id: str, limit: int) -> list[ExportedPhoto]:
    """The next ones in the order of their ids; empty at the end. `image_id`: '' to begin with."""
    ids = [row[0] for row in await views.fetch(_IDS, (image_id, limit))]
    rows = apart(_PARTS, await views.fetch(_EVERYTHING, (json.dumps(ids),)))
    of: dict[str, dict[str, _Rows]] = {one: defaultdict(list) for one in ids}
    at = Image.__struct_fields__.index("image_id")
    images_of = {row[at]: images.image_of(row) for row in rows.pop("image")}
    for name, some in rows.items():
        for row in some:
            of[row[0]][name].append(row)
    return [_photo(images_of[one], of[one]) for one in ids if one in images_of]


async def names_after(views: Views, last: FileName, limit: int) -> list[FileName]:
    """The next files, also missing ones; empty at the end. `last`: empty to begin with."""
    return [FileName(*row) for row in await views.fetch(_NAMES, (*last, limit))]


def _photo(image: Image, rows: dict[str, _Rows]) -> ExportedPhoto:
    own = {name: [row[1:] for row in some] for name, some in rows.items()}
    remarks = [(field, item, value) for field, item, value in own.get("remark", [])]
    properties = values_of(own.get("property", []))
    return ExportedPhoto(
        image=image,
        files=images.files_of(rows["file"]),
        labels=images.labels_of(row for row in rows["label"] if not row[5]),
        albums=sorted(
            (AlbumOf(*row) for row in own.get("album", [])), key=lambda one: (sort_key(one.name), one.id)
        ),
        annotations=annotations_of(own.get("annotation", []), remarks, properties),
        properties=properties,
        regions=regions_of(own.get("region", [])),
        keyword_paths=list(dict.fromkeys(row[0] for row in own.get("path", []))),
        locality=next((Locality(*row) for row in own.get("place", [])), None),
        stars=next((value for field, _, value in remarks if field == "stars"), None),
        hidden=bool(rows["hidden"]),
        correction=next((Correction(*row) for row in own.get("correction", [])), None),
        decisions=_decisions(own.get("decision", [])),
        remarks=sorted(one for one in remarks if one[0] not in _SAID),
    )


def _decisions(rows: _Rows) -> list[Decision]:
    """By category; of merged ones the last decision counts."""
    latest = {
        category_id: Decision(category_id, name, bool(assigned)) for category_id, name, assigned in rows
    }
    return [latest[category_id] for category_id in sorted(latest)]


async def exported_albums(views: Views) -> list[ExportedAlbum]:
    """In the order in which they were made."""
    searches = {one.id: one.written for one in (await collections(views)).albums}
    return [
        ExportedAlbum(
            id=row[0],
            name=row[1],
            description=row[2],
            query=searches.get(row[0], row[3]),
            sort=row[4],
            cover=row[5],
            created_us=row[6],
            photos=[] if row[3] is not None else json.loads(row[7]),
        )
        for row in await views.fetch(_ALBUMS)
    ]


async def exported_categories(views: Views) -> list[ExportedCategory]:
    """All that are neither deleted nor merged into another, and all built-in ones."""
    return [
        ExportedCategory(
            id=row[0],
            name=row[1],
            kind=row[2],
            group=row[3],
            own=bool(row[4]),
            hidden=bool(row[5]),
            threshold=row[6],
            sentences=json.loads(row[7] or "[]"),
            taught=bool(row[8]),
            merged_into=row[9],
            deleted=bool(row[10]),
            renamed=(builtin := initial(row[0])) is not None and row[1] != builtin.name,
        )
        for row in await views.fetch(_CATEGORIES)
    ]
