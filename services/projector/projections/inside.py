"""What pictures say of themselves, inside the file: keywords, people and stars."""

import json
from collections.abc import Iterable, Sequence

from services.domain.files.events import ImageImported
from services.knowledge.sidecars import FAVORITE_STARS
from services.projector.rows.statement import Changes, Place, Statement, Table

_EMBEDDED = Table("embedded", 1)
_SAY = Statement(
    _EMBEDDED,
    """INSERT INTO embedded (image_id, favorite, people, keywords, terms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET favorite = excluded.favorite, people = excluded.people,
      keywords = excluded.keywords, terms = excluded.terms""",
)
_FALL_SILENT = Statement(_EMBEDDED, "DELETE FROM embedded WHERE image_id = ?")


def image_imported(e: ImageImported, at: Place) -> Changes:
    if not (e.people or e.keywords or e.stars == FAVORITE_STARS):
        return [(_FALL_SILENT, (e.image_id,))] if e.again else []
    lists = (json_list(e.people), json_list(e.keywords), json_list(terms(e.keywords, e.keyword_paths)))
    return [(_SAY, (e.image_id, int(e.stars == FAVORITE_STARS), *lists))]


def json_list(names: Sequence[str]) -> str:
    """As a JSON list."""
    return json.dumps(names, ensure_ascii=False) if names else "[]"


def terms(keywords: Sequence[str], paths: Iterable[str]) -> list[str]:
    """By which a search for keywords finds it: these, and what they stand below. `paths`: as in `ImageImported`."""
    return list(dict.fromkeys([*keywords, *(name for path in paths for name in path.split("|")[:-1])]))
