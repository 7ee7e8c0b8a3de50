"""The badges in a tile's corner as HTML, for anything but a plain photo of a known day."""

from functools import lru_cache
from typing import Any

import jinja2
import msgspec

from services.gateway.i18n.language import current
from services.gateway.queries.marks import Marks


def corner(environment: Any, marks: Marks) -> str:
    seconds = None if marks.seconds is None else round(marks.seconds)
    return _render(environment, current(), msgspec.structs.replace(marks, image_id="", seconds=seconds))


@lru_cache(maxsize=500)
def _render(environment: jinja2.Environment, locale: str, marks: Marks) -> str:
    """`marks`: stripped of the photo's id, so that many photos share one rendering."""
    html = environment.get_template("partials/marks.html").render(msgspec.structs.asdict(marks))
    return "".join(line.strip() for line in html.splitlines())
