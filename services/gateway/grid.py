"""How photos stand in the grid: headings by month, a mark at each day's first, and the shape of each tile."""

from collections.abc import Iterable
from typing import Final

import msgspec

from services.gateway.queries.timeline import NEWEST, Page, Tile
from services.gateway.wording import date_name, day_name

NARROWEST: Final = 40
WIDEST: Final = 300
STEP: Final = 2
"""Aspect classes: width over height in hundredths, r040, r042, … r300; web/static/aspects.css has a line for each."""


class Cell(msgspec.Struct, frozen=True):
    image_id: str
    shape: str
    """Its aspect class."""
    width: int
    height: int
    colour: str
    date: str
    month: str | None
    """YYYY-MM at the first photo of a month: a heading stands before it."""
    day: str | None
    """`Sun 12` at the first photo of a day."""


def shape(width: int, height: int) -> str:
    """The aspect class nearest to width : height (both at least 1)."""
    return f"r{hundredths(width / height):03}"


def hundredths(ratio: float) -> int:
    """Of an aspect class."""
    return max(NARROWEST, min(WIDEST, round(ratio * 100 / STEP) * STEP))


def cells(page: Page, sort: str) -> list[Cell]:
    """Headings appear only where time goes on in the page's direction.

    Photos are sorted by UTC and named by the camera's clock, so at the turn of a month two months may alternate; each
    still gets one heading. An album in its own order has none.
    """
    if not sort.endswith("taken_at"):
        return [_cell(tile, None, None) for tile in page.tiles]
    return list(_headed(page.tiles, page.day, sort == NEWEST))


def _headed(tiles: Iterable[Tile], furthest: str, descending: bool) -> Iterable[Cell]:
    for tile in tiles:
        day = tile.taken_at[:10]
        new_day = new_month = not furthest
        if furthest:
            new_day = day < furthest if descending else day > furthest
            new_month = new_day and day[:7] != furthest[:7]
        if new_day:
            furthest = day
        yield _cell(tile, day[:7] if new_month else None, day_name(day) if new_day else None)


def _cell(tile: Tile, month: str | None, day: str | None) -> Cell:
    return Cell(
        tile.image_id,
        shape(tile.width, tile.height),
        tile.width,
        tile.height,
        tile.colour,
        date_name(tile.taken_at),
        month,
        day,
    )
