"""What the user assigned to a photo, which its successor inherits."""

import json
from collections.abc import Collection
from typing import Final

from services.domain.estate import Apart, Estate
from services.domain.photos.dates import Precision
from services.gateway.tables.pool import Reader

_ALBUMS: Final = (
    "SELECT album_id FROM album_image JOIN album USING (album_id) WHERE image_id = ? ORDER BY album_id"
)
_DECISIONS: Final = "SELECT category_id, assigned FROM decision WHERE image_id = ? ORDER BY category_id"
_CORRECTION: Final = "SELECT claim_at, source FROM correction WHERE image_id = ?"
_PRECISIONS: Final[dict[str, Precision]] = {"user": "second", "user-month": "month", "user-year": "year"}
_HIDDEN: Final = "SELECT 1 FROM hidden WHERE image_id = ?"
_REMARKS: Final = "SELECT field, item, value FROM remark WHERE image_id = ? ORDER BY field, item"
_APART: Final = """SELECT image_ids, image_id FROM distinct_photos
  WHERE EXISTS (SELECT 1 FROM json_each(image_ids) j WHERE j.value = ?) ORDER BY position"""
_WORTH: Final = """SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM album_image a WHERE a.image_id = value)
  OR EXISTS (SELECT 1 FROM decision d WHERE d.image_id = value)
  OR EXISTS (SELECT 1 FROM correction c WHERE c.image_id = value)
  OR EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = value)
  OR EXISTS (SELECT 1 FROM remark r WHERE r.image_id = value)
  OR value IN (SELECT j.value FROM distinct_photos, json_each(image_ids) j)"""
_PLACES: Final = "SELECT root, path FROM file WHERE image_id = ? AND missing = 0"
_REPLACED: Final = """SELECT position FROM succession WHERE position > ifnull(
  (SELECT max(position) FROM job WHERE kind = 'scan' AND status = 'done'), 0) ORDER BY position"""
_REPLACED_EVER: Final = "SELECT position FROM succession ORDER BY position"
_LAST_SCAN: Final = (
    """SELECT job_id FROM job WHERE kind = 'scan' AND status = 'done' ORDER BY position DESC LIMIT 1"""
)


async def estate(views: Reader, image_id: str) -> Estate:
    corrected = await views.fetch(_CORRECTION, (image_id,))
    return Estate(
        albums=[row[0] for row in await views.fetch(_ALBUMS, (image_id,))],
        decisions=[(row[0], bool(row[1])) for row in await views.fetch(_DECISIONS, (image_id,))],
        taken_at=corrected[0][0] if corrected else None,
        precision=_PRECISIONS[corrected[0][1]] if corrected else "second",
        hidden=bool(await views.fetch(_HIDDEN, (image_id,))),
        remarks=[(row[0], row[1], row[2]) for row in await views.fetch(_REMARKS, (image_id,))],
        apart=[
            _apart(json.loads(ids), only, image_id) for ids, only in await views.fetch(_APART, (image_id,))
        ],
    )


def _apart(image_ids: list[str], only: str | None, own: str) -> Apart:
    return Apart(others=[one for one in image_ids if one != own], only="" if only == own else only)


async def with_estate(views: Reader, ids: Collection[str]) -> set[str]:
    """Those that people have given anything."""
    return {row[0] for row in await views.fetch(_WORTH, (json.dumps(sorted(ids)),))} if ids else set()


async def places(views: Reader, image_id: str) -> list[tuple[str, str]]:
    """(root, path) of the copies that were there when last looked."""
    return [(row[0], row[1]) for row in await views.fetch(_PLACES, (image_id,))]


async def replaced_since(views: Reader) -> tuple[list[int], str | None]:
    """Positions of files replaced since the start of the last scan that was completed, and that scan's job id."""
    last = await views.fetch(_LAST_SCAN)
    return [row[0] for row in await views.fetch(_REPLACED)], last[0][0] if last else None


async def replaced_ever(views: Reader) -> list[int]:
    """Positions at which files were replaced, the last of each pair of images."""
    return [row[0] for row in await views.fetch(_REPLACED_EVER)]
