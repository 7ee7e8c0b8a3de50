"""Moving photos within an album."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.domain.albums.album import Album
from services.domain.subject import Refused
from services.knowledge import ranks

START: Final = "start"


def moved(album: Album, images: Sequence[str], before: str | None) -> tuple[list[str], list[str]]:
    """Those of the photos that are in the album, and their new sort keys for a place before another photo; empty if
    they are there already. Raises Refused."""
    moving = [image for image in images if image in album.images]
    if not moving:
        raise Refused("These photos are not in the album any more.", "images")
    if before not in (None, START) and before not in album.images:
        raise Refused("The photo they were to be placed before is no longer in the album.", "before")
    order = album.in_order()
    place = len(order) if before is None else 0 if before == START else order.index(before)
    ahead, behind = _neighbours(order, place, set(moving))
    wanted = [image for image in (ahead, *moving, behind) if image]
    places = {image: number for number, image in enumerate(order)}
    if all(places[b] == places[a] + 1 for a, b in pairwise(wanted)):
        return [], []
    return moving, ranks.between(
        album.images[ahead] if ahead else "",
        album.images[behind] if behind else ranks.end(album.latest),
        len(moving),
        album.latest,
    )


def _neighbours(order: list[str], place: int, moving: set[str]) -> tuple[str | None, str | None]:
    """The nearest photos on both sides of a place that don't move."""
    behind = next((image for image in order[place:] if image not in moving), None)
    ahead = next((image for image in reversed(order[:place]) if image not in moving), None)
    return ahead, behind
