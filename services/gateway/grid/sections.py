"""How photos appear in the grid: headings by month and by day, a mark on a day's first photo, and each tile's shape.

Months of few photos share rows, each under its heading; so do such days, where days have headings. `rows.js` lays the
whole list out in the same way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from services.gateway.grid.shapes import shape
from services.gateway.i18n.wording import date_name, day_name
from services.gateway.presentation.picture_choice import in_words
from services.gateway.queries.images import Image
from services.gateway.queries.timeline import BY_TIME, NEWEST, Page, Tile
from services.knowledge.stated import UNDATED

SPARSE: Final = 3
"""Photos of a month or a day, at most, that shares rows with others."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    image_id: str
    shape: str
    """Its aspect class."""
    width: int
    height: int
    colour: str
    date: str
    alt: str
    month: str | None
    """YYYY-MM on the first photo of a month: a heading precedes it."""
    day: str | None
    """`Sun 12` on the first photo of a day."""
    within: str = ""
    """YYYY-MM under whose heading it is; empty in an album's own order."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Photos under one heading, or under none."""

    cells: Sequence[Cell]
    month: str | None = None
    """YYYY-MM."""
    day: str | None = None
    """`Sun 12`."""
    few: bool = False
    """Whether it shares rows with others such."""


def stretches(cells: Iterable[Cell], counts: Mapping[str, int], by_day: bool) -> Iterator[Stretch]:
    """`counts`: of photos by month. `by_day`: days have headings, except in months of few photos."""
    for month in _parts(cells, lambda cell: cell.month):
        first = month[0]
        few = len(month) <= SPARSE and counts.get(first.within, 0) <= SPARSE
        if not by_day or few or first.within in ("", UNDATED):
            yield Stretch(cells=month, month=first.month, few=few and first.month is not None)
            continue
        if first.month:
            yield Stretch(cells=(), month=first.month)
        for day in _parts(month, lambda cell: cell.day):
            unmarked = [msgspec.structs.replace(cell, day=None) for cell in day]
            yield Stretch(cells=unmarked, day=day[0].day, few=len(day) <= SPARSE and day[0].day is not None)


def _parts(cells: Iterable[Cell], heading: Callable[[Cell], str | None]) -> Iterator[list[Cell]]:
    """Each begins with a cell that has a heading; the first may have none."""
    part: list[Cell] = []
    for cell in cells:
        if part and heading(cell):
            yield part
            part = []
        part.append(cell)
    if part:
        yield part


def day_heading(day: str) -> str | None:
    """`Sun 12`; None for photos without a date. `day`: YYYY-MM-DD."""
    return None if day.startswith(UNDATED) else day_name(day)


def cells(page: Page, sort: str, names: Mapping[str, Sequence[str]]) -> list[Cell]:
    """Headings appear only where time advances in the page's direction; other orders have none. `names`: of
    each photo's categories."""
    if sort not in BY_TIME:
        return [cell(tile, names) for tile in page.tiles]
    return list(_headed(page.tiles, names, page.day, sort == NEWEST))


def _headed(
    tiles: Iterable[Tile], names: Mapping[str, Sequence[str]], furthest: str, descending: bool
) -> Iterable[Cell]:
    for tile in tiles:
        day = tile.day
        new_day = not furthest or (day < furthest if descending else day > furthest)
        new_month = new_day and day[:7] != furthest[:7]
        if new_day:
            furthest = day
        yield cell(
            tile,
            names,
            day[:7] if new_month else None,
            day_heading(day) if new_day else None,
            furthest[:7],
        )


def cell(
    photo: Tile | Image,
    names: Mapping[str, Sequence[str]],
    month: str | None = None,
    day: str | None = None,
    within: str = "",
) -> Cell:
    at = "" if photo.month == UNDATED else photo.taken_at
    return Cell(
        image_id=photo.image_id,
        shape=shape(photo.width, photo.height),
        width=photo.width,
        height=photo.height,
        colour=photo.colour,
        date=date_name(at),
        alt=in_words(at, names.get(photo.image_id, ())),
        month=month,
        day=day,
        within=within,
    )
