"""The tiles of a grid as HTML, sixty at a time.

They make up most of the most visited page, and differ in only a dozen values. So their templates are rendered once,
with a slot for each value, and `str.format` fills the slots with values escaped here, at a third of the cost of a
loop in the template (ops/bench/pages.py).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, Final

import jinja2
from markupsafe import Markup

from services.gateway.grid.badges import corner
from services.gateway.grid.sections import Cell
from services.gateway.i18n.language import current
from services.gateway.i18n.wording import count, month_name
from services.gateway.presentation.rotated import preview
from services.gateway.queries.marks import Marks

_SLOTS: Final = {
    name: f"{{{name}}}"
    for name in (
        "shape", "id", "preview", "query", "colour", "width", "height", "alt", "date", "day", "month", "count", "key",
        "loading", "marks",
    )
}  # fmt: skip
Fill = Callable[..., str]


@lru_cache(maxsize=16)
def _forms(environment: jinja2.Environment, locale: str) -> tuple[Fill, Fill, Fill]:
    """Functions that fill partials/{tile,month,day}.html in one language."""
    tile, month, day = (
        joined(environment.get_template(name).render(_SLOTS)).format
        for name in ("partials/tile.html", "partials/month.html", "partials/day.html")
    )
    return tile, month, day


def joined(html: str) -> str:
    """On one line, without white space between elements: it is sent with each of hundreds of tiles."""
    return re.sub(r"(?<=>)\n|\n(?=<)", "", html.strip()).replace("\n", " ")


def tiles(
    environment: Any,
    cells: Iterable[Cell],
    months: Mapping[str, int],
    query: str,
    marks: Mapping[str, Marks],
    at_once: int = 0,
) -> Markup:
    """`query`: what links to the photos carry, such as `?album=…`. `months`: photo counts by month, for the headings.
    `at_once`: how many thumbnails load eagerly, before the browser knows what is in view."""
    tile, heading, mark = _forms(environment, current())
    link_query = escape(query)
    parts = []
    for place, cell in enumerate(cells):
        badges = marks.get(cell.image_id)
        if cell.month:
            number = count(months.get(cell.month, 0))
            parts.append(heading(month=escape(month_name(cell.month)), count=number, key=cell.month))
        parts.append(
            tile(
                shape=cell.shape,
                id=escape(cell.image_id),
                preview=escape(preview(cell.image_id)),
                query=link_query,
                colour=escape(cell.colour),
                width=cell.width,
                height=cell.height,
                alt=escape(cell.alt),
                date=escape(cell.date),
                day=mark(day=escape(cell.day)) if cell.day else "",
                loading="" if place < at_once else ' loading="lazy"',
                marks=corner(environment, badges) if badges else "",
            )
        )
    return Markup("\n".join(parts))  # noqa: S704 - every value is escaped above
