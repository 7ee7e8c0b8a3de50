"""What the corner of a tile tells: a film, a live photo, a RAW file, several copies, a date that nobody is sure of."""

import json
from collections.abc import Iterable
from typing import Final

import msgspec

from services.gateway.tables.pool import Views


class Marks(msgspec.Struct, frozen=True, array_like=True):
    """Of one photo that has any."""

    image_id: str
    film: int
    seconds: float | None
    """How long a film runs, where that is known."""
    live: int
    raw: int
    copies: int
    """Files with the same content that are there."""
    unsure: int
    """1: the date is only that of its folder or of its file."""


_MARKS: Final = """SELECT json_group_array(json_array(image_id, film, seconds, live, raw, copies, unsure)) FROM (
  SELECT i.image_id, i.part <> 'photo' AS film, i.duration_s AS seconds,
    EXISTS (SELECT 1 FROM live_pair WHERE photo_id = i.image_id) AS live,
    EXISTS (SELECT 1 FROM label WHERE image_id = i.image_id AND model_id = 'rules' AND category_id = 'kind-raw') AS raw,
    (SELECT count(*) FROM file WHERE image_id = i.image_id AND missing = 0) AS copies,
    i.taken_at_source IN ('folder', 'mtime') AS unsure
  FROM json_each(?) wanted CROSS JOIN image i ON i.image_id = wanted.value)
  WHERE film OR live OR raw OR copies > 1 OR unsure"""
_decoder: Final = msgspec.json.Decoder(list[Marks])


async def marks(views: Views, ids: Iterable[str]) -> dict[str, Marks]:
    """By image id, of those photos that have a mark; unknown ids have none."""
    rows = await views.fetch(_MARKS, (json.dumps(list(ids)),))
    return {one.image_id: one for one in _decoder.decode(rows[0][0])} if rows else {}
