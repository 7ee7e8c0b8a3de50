"""Which photos: all, those of a category or an album, those that a search finds."""

import calendar
import json
import re
from typing import Any, Final

import msgspec

from services.gateway.queries.views import Views

WORDS: Final = 8
"""Further words of a search are not looked at."""
_MONTHS: Final = tuple(name.lower() for name in calendar.month_name[1:])


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    category: str | None = None
    """A category's id; a group's stands for all categories in it."""
    album: str | None = None
    q: str | None = None
    hidden: bool = False
    """Those that a person hid, instead of the others."""
    timeline: bool = False
    """Without the photos of the categories that a person keeps out of the timeline."""


EVERYTHING: Final = Filter()
TIMELINE: Final = Filter(timeline=True)

_OF_CATEGORY: Final = """i.image_id IN (SELECT ic.image_id FROM image_category ic WHERE ic.category_id IN
  (SELECT category_id FROM shown_category WHERE category_id = ? OR group_id = ?))"""
_OF_ALBUM: Final = "i.image_id IN (SELECT image_id FROM album_image WHERE album_id = ?)"
_FOUND: Final = """(i.month LIKE ? ESCAPE '\\'
  OR i.camera_make || ' ' || coalesce(i.camera_model, '') LIKE ? ESCAPE '\\'
  OR i.image_id IN (SELECT image_id FROM file WHERE name LIKE ? ESCAPE '\\' OR folder LIKE ? ESCAPE '\\')
  OR i.image_id IN (SELECT ic.image_id FROM image_category ic WHERE ic.category_id IN
    (SELECT c.category_id FROM category c LEFT JOIN category g ON g.category_id = c.group_id
      WHERE c.deleted = 0 AND (c.name LIKE ? ESCAPE '\\' OR g.name LIKE ? ESCAPE '\\'))))"""


_SHOWN: Final = "i.visible = 1"
_HIDDEN: Final = """i.visible = 0 AND i.image_id IN (SELECT image_id FROM hidden)
  AND EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)"""
_HIDES: Final = "SELECT hides FROM timeline"
_KEPT_IN: Final = """((SELECT coalesce(max(json_array_length(hides)), 0) FROM timeline) = 0 OR NOT EXISTS (
    SELECT 1 FROM image_category ic WHERE ic.image_id = i.image_id
      AND ic.category_id IN (SELECT value FROM timeline, json_each(timeline.hides))))"""
"""The first half is asked once, not for each photo."""


def among(chosen: Filter) -> str:
    """The condition on `image i` that stands before all others."""
    return _HIDDEN if chosen.hidden else _SHOWN


async def timeline_hides(views: Views) -> list[str]:
    """Ids of the categories that the timeline leaves out."""
    rows = await views.fetch(_HIDES)
    hides: list[str] = json.loads(rows[0][0]) if rows else []
    return hides


def where(chosen: Filter) -> tuple[str, list[Any]]:
    """Conditions on `image i`, each with its AND, and their parameters in order."""
    sql, parameters = "", list[Any]()
    if chosen.category is not None:
        sql += f" AND {_OF_CATEGORY}"
        parameters += [chosen.category, chosen.category]
    if chosen.album is not None:
        sql += f" AND {_OF_ALBUM}"
        parameters.append(chosen.album)
    if chosen.timeline:
        sql += f" AND {_KEPT_IN}"
    for word in (chosen.q or "").split()[:WORDS]:
        text = f"%{escaped(word)}%"
        sql += f" AND {_FOUND}"
        parameters += [month_pattern(word), text, text, text, text, text]
    return sql, parameters


def escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def month_pattern(word: str) -> str:
    """A LIKE pattern over YYYY-MM for `2016`, `2016-06`, `June` or `jun`; for any other word one that fits none."""
    if re.fullmatch(r"(19|20)\d\d", word):
        return f"{word}-%"
    if re.fullmatch(r"(19|20)\d\d-\d\d", word):
        return word
    if len(word) >= 3:
        for number, name in enumerate(_MONTHS, 1):
            if name.startswith(word.lower()):
                return f"____-{number:02}"
    return ""


class UnknownFilter(Exception):
    """A category or an album that does not exist was asked for."""


async def checked(views: Views, chosen: Filter) -> Filter:
    """Raises UnknownFilter with a sentence."""
    if chosen.category is not None and not await views.fetch(
        "SELECT 1 FROM shown_category WHERE category_id = ?", (chosen.category,)
    ):
        raise UnknownFilter("There is no such category.")
    if chosen.album is not None and not await views.fetch(
        "SELECT 1 FROM album WHERE album_id = ?", (chosen.album,)
    ):
        raise UnknownFilter("There is no such album.")
    return chosen
