"""All that the read tables know of photos."""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.gateway.search.vocabulary import vocabulary
from services.gateway.tables.pool import Views


class Label(msgspec.Struct, frozen=True):
    id: str
    name: str
    score: float
    """0 to 1; 1 where the person said so."""
    source: str
    """`user` or `model`."""


class File(msgspec.Struct, frozen=True):
    root: str
    folder: str
    name: str
    size: int
    missing: bool

    @property
    def path(self) -> str:
        return "/".join(part for part in (self.root.rstrip("/"), self.folder, self.name) if part)


class SeenClass(msgspec.Struct, frozen=True):
    index: int
    name: str
    p: float


class Verdict(msgspec.Struct, frozen=True):
    id: str
    """The model's."""
    classes: list[SeenClass]
    """Best first."""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    image_id: str
    taken_ms: int
    taken_at: str
    taken_at_source: str
    month: str
    visible: bool
    width: int
    height: int
    colour: str
    format: str
    size: int
    orientation: int
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


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the files beside the picture and its bytes say of it, together; the files first, as a person may have
    changed them."""

    description: str | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    favorite: bool
    archived: bool
    trashed: bool
    people: list[str]
    keywords: list[str]


_FIELDS: Final = Image.__struct_fields__
_IMAGES: Final = f"SELECT {', '.join(_FIELDS)} FROM image WHERE image_id IN (SELECT value FROM json_each(?))"
_LABELS: Final = """WITH own AS (SELECT image_id, category_id, score, source FROM image_category
    WHERE image_id IN (SELECT value FROM json_each(?)))
  SELECT image_id, category_id, name, score, source, min(derived) FROM (
    SELECT *, 0 AS derived FROM own UNION ALL
    SELECT o.image_id, c.group_id, max(o.score), o.source, 1 FROM own o JOIN shown_category c USING (category_id)
      WHERE o.source = 'model' AND c.group_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM decision d WHERE d.image_id = o.image_id AND d.category_id = c.group_id)
      GROUP BY o.image_id, c.group_id)
    JOIN shown_category c USING (category_id) WHERE c.hidden = 0
  GROUP BY image_id, category_id ORDER BY source = 'model', score DESC, name"""
"""With the group of each category, wherever the group itself is not shown."""
_OWN: Final = """WITH own AS MATERIALIZED (SELECT image_id, category_id, source, score FROM image_category
    WHERE image_id IN (SELECT value FROM json_each(?)))
  SELECT json_group_array(json_array(image_id, category_id, source, score)) FROM own"""
"""As one row (see timeline.py). Without MATERIALIZED, SQLite makes the view for all photos before it picks some."""
RANKS: Final = {"user": 0, "taught": 1, "model": 1}
"""What is told first; sidecars and rules come last."""
_FILES: Final = """SELECT image_id, root, folder, name, size, missing FROM file
  WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY missing, root, folder, name"""
_VERDICTS: Final = """SELECT v.model_id, v.classes, v.labels FROM verdict v LEFT JOIN active_model a USING (model_id)
  WHERE v.image_id = ? ORDER BY a.slot IS NULL, v.model_id"""
_LABELLED: Final = "SELECT model_id FROM verdict WHERE image_id = ? AND labels IS NOT NULL"
_CLASS_NAMES: Final = """SELECT class_index, name FROM class
  WHERE class_index IN (SELECT value FROM json_each(?))"""
_SAID: Final = """SELECT * FROM (
    SELECT description, latitude, longitude, altitude_m, 0, 0, 0, '[]', '[]', '' AS kind, '' AS place
      FROM image WHERE image_id = ?1
    UNION ALL
    SELECT description, latitude, longitude, altitude_m, favorite, archived, trashed, people, keywords, kind,
      root || folder || name FROM sidecar WHERE image_id = ?1)
  ORDER BY ifnull((SELECT rank FROM claimant WHERE name = kind), 99), place"""
_HIDDEN: Final = "SELECT 1 FROM hidden WHERE image_id = ?"
_MENTIONS: Final = "SELECT position FROM mention WHERE about = ? ORDER BY position"


async def images(views: Views, ids: Sequence[str]) -> dict[str, Image]:
    """Id -> image, for those that there are."""
    rows = await views.fetch(_IMAGES, (json.dumps(list(ids)),))
    return {row[0]: _image(row) for row in rows}


def _image(row: tuple[Any, ...]) -> Image:
    fields = dict(zip(_FIELDS, row, strict=True))
    return Image(**fields | {"visible": bool(fields["visible"])})


async def image(views: Views, image_id: str) -> Image | None:
    return (await images(views, [image_id])).get(image_id)


async def labels(views: Views, ids: Sequence[str]) -> dict[str, list[Label]]:
    """Image id -> the categories that it is shown under: the person's first, then the surest."""
    found: dict[str, list[Label]] = {image_id: [] for image_id in ids}
    for image_id, *label, _ in await views.fetch(_LABELS, (json.dumps(list(ids)),)):
        found[image_id].append(Label(*label))
    return found


async def names(views: Views, ids: Sequence[str]) -> dict[str, list[str]]:
    """Image id -> what its categories are called: the person's first, then the surest, and last what sidecars and
    rules say; a group only where nothing closer is known. Nothing of those that have none."""
    shown = {one.id: one for one in (await vocabulary(views)).categories if not one.hidden}
    found: dict[str, list[tuple[bool, int, float, str]]] = {}
    for (as_one,) in await views.fetch(_OWN, (json.dumps(list(ids)),)):
        for image_id, category_id, source, score in json.loads(as_one):
            if one := shown.get(category_id):
                ranked = one.kind == "group", RANKS.get(source, 2), -score, one.name
                found.setdefault(image_id, []).append(ranked)
    return {
        image_id: [name for group, _, _, name in sorted(some) if group == min(some)[0]]
        for image_id, some in found.items()
    }


async def files(views: Views, ids: Sequence[str]) -> dict[str, list[File]]:
    """Image id -> where copies of it were seen, those that are there first."""
    found: dict[str, list[File]] = {image_id: [] for image_id in ids}
    for image_id, root, folder, name, size, missing in await views.fetch(_FILES, (json.dumps(list(ids)),)):
        found[image_id].append(File(root, folder, name, size, bool(missing)))
    return found


async def verdicts(views: Views, image_id: str) -> list[Verdict]:
    """What each model said of it, the active one first."""
    rows = await views.fetch(_VERDICTS, (image_id,))
    said = {row[0]: (json.loads(row[1]), json.loads(row[2] or "null")) for row in rows}
    indices = sorted({index for classes, labels in said.values() if labels is None for index, _ in classes})
    names: dict[int, str] = {
        row[0]: row[1] for row in await views.fetch(_CLASS_NAMES, (json.dumps(indices),))
    }
    return [
        Verdict(
            model_id,
            [SeenClass(index, name, p) for (index, p), name in zip(classes, named, strict=True)],
        )
        for model_id, (classes, labels) in said.items()
        for named in [labels or [names.get(index, f"class {index}") for index, _ in classes]]
    ]


async def labelled(views: Views, image_id: str) -> set[str]:
    """The models whose classes are labels of a person's own."""
    return {row[0] for row in await views.fetch(_LABELLED, (image_id,))}


async def class_name(views: Views, index: int) -> str:
    rows = await views.fetch(_CLASS_NAMES, (json.dumps([index]),))
    return str(rows[0][1]) if rows else f"class {index}"


async def said(views: Views, image_id: str) -> Said:
    """Of a picture that there is. It is in the trash when every word on it says so, the rest when any does."""
    rows = await views.fetch(_SAID, (image_id,))
    place = next((row[1:4] for row in rows if row[1] is not None and row[2] is not None), (None, None, None))
    beside = [row for row in rows if row[9]]
    return Said(
        description=next((row[0] for row in rows if row[0]), None),
        latitude=place[0],
        longitude=place[1],
        altitude_m=place[2],
        favorite=any(row[4] for row in beside),
        archived=any(row[5] for row in beside),
        trashed=bool(beside) and all(row[6] for row in beside),
        people=list(dict.fromkeys(name for row in beside for name in json.loads(row[7]))),
        keywords=list(dict.fromkeys(word for row in beside for word in json.loads(row[8]))),
    )


async def is_hidden(views: Views, image_id: str) -> bool:
    return bool(await views.fetch(_HIDDEN, (image_id,)))


async def mentions(views: Views, image_id: str) -> list[int]:
    """Positions in the log of events about it that lie on another stream."""
    return [row[0] for row in await views.fetch(_MENTIONS, (image_id,))]
