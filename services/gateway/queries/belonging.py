"""How a photo relates to others: live photo and its video, photo and RAW file, original and edited copies, predecessor
and successor."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from services.gateway.queries.images import FILES, SOME, File, files_of
from services.gateway.queries.similar import ALIKE
from services.gateway.tables.pool import Views


class Relative(msgspec.Struct, frozen=True):
    id: str
    name: str
    """Its file's name; empty when none of its files is known any more."""


class Belonging(msgspec.Struct, frozen=True, kw_only=True):
    live_film: Relative | None
    """The moving half of a live photo: a video that is only shown with the photo."""
    live_photo: Relative | None
    """The photo that this video is the moving half of."""
    raw_file: Relative | None
    """The RAW file of the same shot, which is only shown with the photo."""
    raw_photo: Relative | None
    """The photo that is shown in place of this RAW file."""
    edited_from: Relative | None
    edited: list[Relative]
    replaces: Relative | None
    """The photo previously at its path."""
    replaced_by: Relative | None


_NAMED: Final = """SELECT coalesce(
    (SELECT name FROM file f WHERE f.image_id = i.image_id ORDER BY missing, name LIMIT 1), '')"""
RELATIVES: Final = f"""
  SELECT 'live_film' AS what, film_id AS id, film_name AS name, 0 AS place, NULL AS differing FROM live_pair
    WHERE photo_id = ?1
  UNION SELECT 'live_photo', photo_id, photo_name, 1 - i.visible, NULL
    FROM live_pair JOIN image i ON i.image_id = photo_id WHERE film_id = ?1
  UNION SELECT 'raw_file', raw_id, raw_name, 0, NULL FROM raw_pair WHERE photo_id = ?1
  UNION SELECT 'raw_photo', photo_id, photo_name, 1 - i.visible, NULL
    FROM raw_pair JOIN image i ON i.image_id = photo_id WHERE raw_id = ?1
  UNION SELECT 'edited_from', original_id, original_name, 1 - i.visible, differing
    FROM edit_pair JOIN image i ON i.image_id = original_id WHERE copy_id = ?1
  UNION SELECT 'edited', copy_id, copy_name, 1 - i.visible, differing
    FROM edit_pair JOIN image i ON i.image_id = copy_id WHERE original_id = ?1
  UNION SELECT 'replaces', i.image_id, ({_NAMED}), -s.position, NULL
    FROM succession s JOIN image i ON i.image_id = s.previous_image_id WHERE s.image_id = ?1 AND i.image_id <> ?1
  UNION SELECT 'replaced_by', i.image_id, ({_NAMED}), -s.position, NULL
    FROM succession s JOIN image i USING (image_id) WHERE s.previous_image_id = ?1 AND i.image_id <> ?1"""
"""`place` is the sort key among several: visible ones first, or the latest first. `differing`: as in `edit_pair`."""
_ALL_BITS: Final = (1 << 64) - 1
"""SQLite's integers are signed."""
RAW_FILES: Final = """SELECT DISTINCT p.photo_id, f.root, f.folder, f.name, f.size, f.missing,
    EXISTS (SELECT 1 FROM source s WHERE s.root = f.root AND s.in_use = 0), f.sort_key
  FROM raw_pair p JOIN file f ON f.image_id = p.raw_id WHERE p.photo_id {}"""
"""Like `images.FILES`: where the RAW files of photos are."""
_SHOWN_FILES: Final = (
    f"SELECT *, 0 FROM ({FILES.format(SOME)}) UNION ALL SELECT *, 1 FROM ({RAW_FILES.format(SOME)})"
)
_COMPANIONS: Final = f"""SELECT photo_id, film_id AS id, film_name AS name FROM live_pair WHERE photo_id {SOME}
  UNION SELECT photo_id, raw_id, raw_name FROM raw_pair WHERE photo_id {SOME} ORDER BY name, id"""


async def companions(views: Views, ids: Sequence[str]) -> dict[str, list[str]]:
    """Photo -> the videos and RAW files that are shown with it only, for the photos that have any."""
    beside: dict[str, list[str]] = {}
    for photo, other, _name in await views.fetch(_COMPANIONS, (json.dumps(list(ids)),)):
        beside.setdefault(photo, []).append(other)
    return beside


async def shown_files(views: Views, ids: Sequence[str]) -> dict[str, list[File]]:
    """Photo -> its own files, existing ones first, then those of its RAW file."""
    files: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for *row, beside in await views.fetch(_SHOWN_FILES, (json.dumps(list(ids)),)):
        files.setdefault((row[0], beside), []).append(tuple(row))
    return {
        one: [file for beside in (0, 1) for file in files_of(files.get((one, beside), []))] for one in ids
    }


def belonging_of(rows: Iterable[tuple[Any, ...]]) -> Belonging:
    relatives: dict[str, dict[str, Relative]] = {}
    for what, other, name, _, differing in sorted(rows, key=lambda row: (row[0], row[3], row[2], row[1])):
        if differing is None or (differing & _ALL_BITS).bit_count() <= ALIKE:
            relatives.setdefault(what, {}).setdefault(other, Relative(other, name))
    first: dict[str, Any] = {what: next(iter(others.values())) for what, others in relatives.items()}
    fields: dict[str, Any] = {name: first.get(name) for name in Belonging.__struct_fields__}
    return Belonging(**fields | {"edited": list(relatives.get("edited", {}).values())})
