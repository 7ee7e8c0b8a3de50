"""How photos appear in the grid: headings by month, a mark on each day's first photo, and each tile's shape."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.gateway.grid.shapes import shape
from services.gateway.i18n.wording import date_name, day_name
from services.gateway.presentation.picture_choice import in_words
from services.gateway.queries.images import Image
from services.gateway.queries.timeline import BY_TIME, NEWEST, Page, Tile
from services.knowledge.stated import UNDATED


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
            day_name(day) if new_day and tile.month != UNDATED else None,
        )


def cell(
    photo: Tile | Image, names: Mapping[str, Sequence[str]], month: str | None = None, day: str | None = None
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
    )
