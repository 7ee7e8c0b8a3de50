"""What photos and the files beside them say that could not be read: for one photo, and by reason."""

import json
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from services.gateway.tables.pool import Reader


class Unread(msgspec.Struct, frozen=True):
    reason: str
    """A sentence for the user."""
    place: str
    """Of the file beside the photo, relative to the photo folder; empty: the photo's own file."""


class UnreadGroup(msgspec.Struct, frozen=True):
    """Photos with the same reason."""

    reason: str
    count: int
    first: list[str]
    """The ids of a few."""


OF_PHOTO: Final = """SELECT u.value, '' FROM embedded e CROSS JOIN json_each(e.unread) u
    WHERE e.image_id = ?1 AND e.unread <> '[]'
  UNION ALL SELECT u.value, s.path FROM sidecar s CROSS JOIN json_each(s.unread) u
    WHERE s.image_id = ?1 AND s.unread <> '[]'"""
_FEW: Final = 5
_GROUPS: Final = f"""WITH said AS (
    SELECT image_id, unread FROM embedded WHERE unread <> '[]'
    UNION ALL SELECT s.image_id, s.unread FROM sidecar s WHERE s.unread <> '[]' AND NOT EXISTS (
      SELECT 1 FROM rejection r WHERE r.root = s.root AND r.folder = s.folder AND r.name = s.name)),
  one AS (SELECT DISTINCT u.value AS reason, image_id FROM said CROSS JOIN json_each(unread) u),
  numbered AS (SELECT reason, image_id, row_number() OVER (PARTITION BY reason ORDER BY image_id) AS number,
    count(*) OVER (PARTITION BY reason) AS count FROM one)
  SELECT reason, count, json_group_array(image_id) FROM numbered WHERE number <= {_FEW}
    GROUP BY reason ORDER BY count DESC, reason"""
"""Files that can't be read at all are among the problems already."""


def unread_of(rows: Iterable[tuple[Any, ...]]) -> list[Unread]:
    return sorted((Unread(*row) for row in rows), key=lambda one: (one.place, one.reason))


async def unread(views: Reader) -> list[UnreadGroup]:
    """By reason, the most frequent first."""
    return [UnreadGroup(row[0], row[1], json.loads(row[2])) for row in await views.fetch(_GROUPS)]
