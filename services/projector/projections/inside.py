"""What pictures say of themselves, inside the file: keywords, people and stars."""

import json
from collections.abc import Iterable, Sequence

from services.domain.files.events import ImageImported
from services.knowledge.sidecars import FAVORITE_STARS
from services.projector.rows.statement import Changes, Place, Statement, Table

_EMBEDDED = Table("embedded", 1)
_SAY = Statement(
    _EMBEDDED,
    """INSERT INTO embedded (image_id, favorite, people, keywords, keyword_groups) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET favorite = excluded.favorite, people = excluded.people,
      keywords = excluded.keywords, keyword_groups = excluded.keyword_groups""",
)
_FALL_SILENT = Statement(_EMBEDDED, "DELETE FROM embedded WHERE image_id = ?")


def image_imported(e: ImageImported, at: Place) -> Changes:
    if not (e.people or e.keywords or e.stars == FAVORITE_STARS):
        return [(_FALL_SILENT, (e.image_id,))] if e.again else []
    lists = (json_list(e.people), json_list(e.keywords), json_list(keyword_groups(e.keyword_paths)))
    return [(_SAY, (e.image_id, int(e.stars == FAVORITE_STARS), *lists))]


def json_list(names: Sequence[str]) -> str:
    """As a JSON list."""
    return json.dumps(names, ensure_ascii=False) if names else "[]"


def keyword_groups(paths: Iterable[str]) -> list[str]:
    """What keywords stand below, each once; `paths`: as in `ImageImported.keyword_paths`."""
    return list(dict.fromkeys(name for path in paths for name in path.split("|")[:-1]))
