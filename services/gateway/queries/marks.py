"""The badges in a tile's corner: favourite, stars, video, live photo, RAW file, several copies, uncertain date."""

import json
from collections.abc import Iterable
from typing import Final

import msgspec

from services.gateway.tables.pool import Views


class Marks(msgspec.Struct, frozen=True, array_like=True):
    """The badges of a photo that has any."""

    image_id: str
    favorite: int
    stars: int
    film: int
    seconds: float | None
    """Duration of a video, if known."""
    live: int
    raw: int
    copies: int
    """Existing files with the same content; hard links to one file are one."""
    unsure: int
    """1 if the date comes only from its folder, its file's mtime or the day it was added, or is a year or a month."""


_MARKS: Final = """SELECT json_group_array(json_array(image_id, favorite, stars, film, seconds, live, raw, copies,
    unsure)) FROM (
  SELECT i.image_id,
    coalesce((SELECT d.assigned FROM decision d WHERE d.image_id = i.image_id AND d.category_id = 'kind-favorite'),
      EXISTS (SELECT 1 FROM label l WHERE l.image_id = i.image_id AND l.category_id = 'kind-favorite'
        AND l.model_id IN ('rules', 'sidecar'))) AS favorite,
    (SELECT max(ifnull(r.stars, 0), 0) FROM shown_rating r WHERE r.image_id = i.image_id) AS stars,
    i.part <> 'photo' AS film, i.duration_s AS seconds,
    i.film_offset IS NOT NULL OR EXISTS (SELECT 1 FROM live_pair WHERE photo_id = i.image_id) AS live,
    i.raw OR EXISTS (SELECT 1 FROM raw_pair WHERE photo_id = i.image_id) AS raw,
    (SELECT count(DISTINCT body) FROM copy WHERE image_id = i.image_id) AS copies,
    i.unsure
  FROM json_each(?) wanted CROSS JOIN image i ON i.image_id = wanted.value)
  WHERE favorite OR stars OR film OR live OR raw OR copies > 1 OR unsure"""
_decoder: Final = msgspec.json.Decoder(list[Marks])


async def marks(views: Views, ids: Iterable[str]) -> dict[str, Marks]:
    """By image id, for photos that have a badge; unknown ids have none."""
    rows = await views.fetch(_MARKS, (json.dumps(list(ids)),))
    return {one.image_id: one for one in _decoder.decode(rows[0][0])} if rows else {}
