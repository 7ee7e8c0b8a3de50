"""What pictures say of themselves, inside the file: keywords, people, stars, and other properties."""

import json
from collections.abc import Iterable, Sequence

import msgspec

from services.domain.files.events import ImageImported, SidecarRead
from services.knowledge.precedence import CAPTION, RATING
from services.knowledge.sidecars import FAVORITE_STARS
from services.projector.rows.statement import Changes, Place, Statement, Table

_EMBEDDED = Table("embedded", 1)
_SAY = Statement(
    _EMBEDDED,
    """INSERT INTO embedded (image_id, favorite, stars, people, keywords, terms, paths, properties, regions, unread)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET favorite = excluded.favorite, stars = excluded.stars, people = excluded.people,
      keywords = excluded.keywords, terms = excluded.terms, paths = excluded.paths,
      properties = excluded.properties, regions = excluded.regions, unread = excluded.unread""",
)
_FALL_SILENT = Statement(_EMBEDDED, "DELETE FROM embedded WHERE image_id = ?")


def image_imported(e: ImageImported, at: Place) -> Changes:
    if not (e.people or e.keywords or e.stars or e.description or e.properties or e.regions or e.unread):
        return [(_FALL_SILENT, (e.image_id,))] if e.again else []
    return [(_SAY, (e.image_id, int(e.stars == FAVORITE_STARS), e.stars, *lists(e)))]


def lists(e: ImageImported | SidecarRead) -> tuple[str, ...]:
    """Its people, keywords, terms, paths, properties, regions, and what could not be read, each as JSON."""
    return (
        json_list(e.people),
        json_list(e.keywords),
        json_list(terms(e.keywords, e.keyword_paths)),
        json_list(e.keyword_paths),
        json.dumps(_properties(e), ensure_ascii=False),
        msgspec.json.encode(e.regions).decode() if e.regions else "[]",
        json_list(e.unread),
    )


def _properties(e: ImageImported | SidecarRead) -> dict[str, str]:
    """Name and block -> value. Early versions, and sidecars of other kinds, have only a caption and stars."""
    values: dict[str, str] = {}
    for one in e.properties:
        values.setdefault(f"{one.name} {one.block}", one.value)
    if values:
        return values
    caption = {f"{CAPTION} ": e.description} if e.description else {}
    return caption if e.stars is None else {**caption, f"{RATING} ": str(e.stars)}


def json_list(names: Sequence[str]) -> str:
    """As a JSON list."""
    return json.dumps(names, ensure_ascii=False) if names else "[]"


def terms(keywords: Sequence[str], paths: Iterable[str]) -> list[str]:
    """By which a search for keywords finds it: these, and what they stand below. `paths`: as in `ImageImported`."""
    return list(dict.fromkeys([*keywords, *(name for path in paths for name in path.split("|")[:-1])]))
