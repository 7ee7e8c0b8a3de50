"""The tiles of a grid as HTML, sixty at a time.

They make up most of the most visited page, and differ in only a dozen values. So their templates are rendered once,
with a slot for each value, and `str.format` fills the slots with values escaped here, at a third of the cost of a
loop in the template (ops/bench/pages.py).
"""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any, Final, NamedTuple

import jinja2
from markupsafe import Markup

from services.gateway.grid.badges import corner
from services.gateway.grid.sections import Cell, Stretch
from services.gateway.i18n.language import current
from services.gateway.i18n.wording import count, month_name, short_month
from services.gateway.presentation.rotated import preview
from services.gateway.queries.marks import Marks

_SLOTS: Final = {
    name: f"{{{name}}}"
    for name in (
        "shape", "id", "preview", "query", "colour", "width", "height", "alt", "date", "day", "month", "count", "key",
        "loading", "marks", "level", "title", "content",
    )
}  # fmt: skip
_TEMPLATES: Final = (
    "partials/tiles/tile.html",
    "partials/tiles/mark.html",
    "partials/tiles/month.html",
    "partials/tiles/day.html",
    "partials/tiles/heading.html",
    "partials/tiles/few.html",
    "partials/tiles/sparse.html",
)
"""In the order of `_Forms`."""
Fill = Callable[..., str]


class _Forms(NamedTuple):
    """Functions that fill the templates in one language."""

    tile: Fill
    mark: Fill
    """Of a day, on its first photo."""
    month: Fill
    day: Fill
    heading: Fill
    """With the title of a month or a day."""
    few: Fill
    """Such a heading with its few photos."""
    sparse: Fill
    """Several of these, in rows that they share."""


@lru_cache(maxsize=16)
def _forms(environment: jinja2.Environment, locale: str) -> _Forms:
    return _Forms(*(joined(environment.get_template(name).render(_SLOTS)).format for name in _TEMPLATES))


def joined(html: str) -> str:
    """On one line, without white space between elements: it is sent with each of hundreds of tiles."""
    return re.sub(r"(?<=>)\n|\n(?=<)", "", html.strip()).replace("\n", " ")


def tiles(
    environment: Any,
    stretches: Iterable[Stretch],
    months: Mapping[str, int],
    query: str,
    marks: Mapping[str, Marks],
    at_once: int = 0,
) -> Markup:
    """`query`: what links to the photos carry, such as `?album=…`. `months`: photo counts by month, for the headings.
    `at_once`: how many thumbnails load eagerly, before the browser knows what is in view."""
    forms = _forms(environment, current())
    tile = _tile(environment, forms, escape(query), marks, at_once)
    parts: list[str] = []
    for few, some in groupby(stretches, lambda stretch: stretch.few):
        html = [(*_heading(forms, one, months), "\n".join(map(tile, one.cells))) for one in some]
        if few:
            together = (
                forms.few(level=level, title=title, content=content) for level, title, content in html
            )
            parts.append(forms.sparse(content="".join(together)))
            continue
        for level, title, content in html:
            parts += [forms.heading(level=level, title=title)] if title else []
            parts += [content] if content else []
    return Markup("\n".join(parts))  # noqa: S704 - every value is escaped above and below


def _heading(forms: _Forms, stretch: Stretch, months: Mapping[str, int]) -> tuple[str, str]:
    """Its level and HTML; empty if there is none."""
    if stretch.month:
        number, name = count(months.get(stretch.month, 0)), short_month if stretch.few else month_name
        return "month", forms.month(
            month=escape(name(stretch.month)), count=number, key=escape(stretch.month)
        )
    return "date", forms.day(day=escape(stretch.day)) if stretch.day else ""


def _tile(
    environment: Any, forms: _Forms, query: str, marks: Mapping[str, Marks], at_once: int
) -> Callable[[Cell], str]:
    place = itertools.count()

    def tile(cell: Cell) -> str:
        badges = marks.get(cell.image_id)
        return forms.tile(
            shape=cell.shape,
            id=escape(cell.image_id),
            preview=escape(preview(cell.image_id)),
            query=query,
            colour=escape(cell.colour),
            width=cell.width,
            height=cell.height,
            alt=escape(cell.alt),
            date=escape(cell.date),
            day=forms.mark(day=escape(cell.day)) if cell.day else "",
            loading="" if next(place) < at_once else ' loading="lazy"',
            marks=corner(environment, badges) if badges else "",
        )

    return tile
