"""How many photos and jobs there are, and how many of each kind: for whoever watches Albumen from outside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from services.gateway.tables.pool import Views, cached

HOW_MANY_SHOWN: Final = "SELECT (SELECT count(*) FROM image) - (SELECT count(*) FROM image WHERE visible = 0)"
"""Photos that are visible: those that are not have an index."""
_UNSEEN: Final = """SELECT CASE
      WHEN NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0) THEN 'away'
      WHEN EXISTS (SELECT 1 FROM hidden h WHERE h.image_id = i.image_id) THEN 'hidden'
      WHEN EXISTS (SELECT 1 FROM binned b WHERE b.image_id = i.image_id) THEN 'binned'
      ELSE 'paired' END, count(*)
    FROM image i WHERE i.visible = 0 GROUP BY 1"""
_UNREADABLE: Final = "SELECT count(*) FROM current_rejection WHERE kind = 'file'"
_UNCLASSIFIED: Final = """SELECT count(*) FROM image i WHERE i.visible = 1 AND NOT EXISTS (SELECT 1 FROM verdict v
    WHERE v.image_id = i.image_id AND v.model_id = ? AND v.rotation = i.rotation)"""
_JOBS: Final = "SELECT kind, status, count(*) FROM job GROUP BY kind, status"
_SCANNED: Final = "SELECT max(finished_us) FROM job WHERE kind = 'scan' AND status = 'done'"
_IDS: Final = "SELECT image_id FROM image WHERE visible = 1"
FATES: Final = ("shown", "hidden", "binned", "paired", "away")
"""What becomes of a photo. Paired: it is the video of a live photo or the RAW file of a photo, which is shown instead.
Away: no file has it now."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    photos: dict[str, int]
    """By FATES."""
    unclassified: int
    """Photos that are shown and that the model in use hasn't seen."""
    unreadable: int
    """Files."""
    jobs: dict[tuple[str, str], int]
    """By kind and status."""
    scanned_us: int | None
    """When the last scan that came to its end did, microseconds since 1970 (UTC)."""


@cached
async def figures(views: Views, model_id: str) -> Figures:
    """`model_id`: the model in use."""
    ((visible,),) = await views.fetch(HOW_MANY_SHOWN)
    fates = dict.fromkeys(FATES, 0) | {"shown": visible} | dict(await views.fetch(_UNSEEN))
    return Figures(
        photos=fates,
        unclassified=(await views.fetch(_UNCLASSIFIED, (model_id,)))[0][0],
        unreadable=(await views.fetch(_UNREADABLE))[0][0],
        jobs={(kind, status): number for kind, status, number in await views.fetch(_JOBS)},
        scanned_us=(await views.fetch(_SCANNED))[0][0],
    )


async def shown_ids(views: Views) -> list[str]:
    return [image_id for (image_id,) in await views.fetch(_IDS)]


def without_preview(previews: Path, ids: list[str]) -> int:
    """How many of these images have no preview. Lists each folder once; a folder that can't be read has none."""
    there = set(_names(previews))
    return sum(image_id not in there for image_id in ids)


def _names(previews: Path) -> Iterator[str]:
    """Of all previews, without their suffix."""
    try:
        folders = list(previews.iterdir())
    except OSError:
        return
    for folder in folders:
        try:
            yield from (entry.stem for entry in folder.iterdir())
        except OSError:
            continue
