"""Which picture of a photo a browser gets, and the photo's description in words. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import date_name, day_date
from services.gateway.presentation.rotated import PARAMETER
from services.gateway.queries.images import Image
from services.knowledge.formats import Kind, in_browsers, is_film
from services.knowledge.rotations import NONE
from services.knowledge.stated import UNDATED

SMALL_ENOUGH: Final = 2_000_000
"""Bytes up to which an original is shown as it is; a larger one gets a rendition."""
LARGE_ENOUGH: Final = 30_000_000
"""Bytes above which an original is not shown even when a person zooms in."""
LARGE: Final = 2048
"""Pixels of a rendition's long side."""
NAMED: Final = 3
"""Categories listed in a photo's description."""


class Playable(NamedTuple):
    """Of what moves, for a player that goes on to the second address if it can't play what is at the first."""

    original: str
    video: str
    """As every browser plays it."""


def plays(image: Image) -> bool:
    """Whether it is a video."""
    return is_film(image.format)


def film_inside(image: Image) -> str | None:
    """Where the film inside a motion photo is; None if there is none."""
    return None if image.film_offset is None else f"/images/{image.image_id}/film"


def video_of(image: Image) -> Playable | None:
    """Of a video, or of the film inside a motion photo; None for others."""
    video = f"/images/{image.image_id}/video"
    if inside := film_inside(image):
        return Playable(inside, video)
    if not plays(image):
        return None
    playable = in_browsers(image.format, Kind.FILM)
    return Playable(f"/images/{image.image_id}/original" if playable else video, video)


def film_beside(film_id: str) -> Playable:
    """Of a live photo's film, which is a file of its own."""
    return Playable(f"/images/{film_id}/original", f"/images/{film_id}/video")


def sharp(image: Image) -> str:
    """The picture that replaces the preview once it has loaded: the original, or a rendition."""
    if image.rotation != NONE:
        return f"/images/{image.image_id}/large?{PARAMETER}={image.rotation}"
    as_it_is = in_browsers(image.format, Kind.PICTURE) and (image.frames > 1 or image.size <= SMALL_ENOUGH)
    return f"/images/{image.image_id}/{'original' if as_it_is else 'large'}"


def sharpest(image: Image) -> str | None:
    """An `srcset` that loads the original once a person zooms in beyond the rendition's resolution, or the same pixels
    as the person has rotated them."""
    longest = max(image.width, image.height)
    as_it_lies = image.rotation == NONE
    shown_at_once = as_it_lies and image.size <= SMALL_ENOUGH
    suitable = in_browsers(image.format, Kind.PICTURE) and image.size <= LARGE_ENOUGH and not shown_at_once
    if not suitable or image.frames > 1 or longest <= LARGE:
        return None
    here, end = f"/images/{image.image_id}", "" if as_it_lies else f"?{PARAMETER}={image.rotation}"
    name = "original" if as_it_lies else "whole"
    return f"{here}/large{end} {image.width * LARGE // longest}w, {here}/{name}{end} {image.width}w"


def described(image: Image, names: Sequence[str]) -> str:
    """For people who can't see it; `names`: of its categories, as they are stored."""
    if plays(image) and not names:
        at = known_at(image)
        return _("Video of %(date)s", date=date_name(at)) if at else _("Video without a date")
    return in_words(known_at(image), names)


def known_at(image: Image) -> str:
    """When it was taken, ISO 8601; empty if nobody knows."""
    return "" if image.month == UNDATED else image.taken_at


def in_words(taken_at: str, names: Sequence[str]) -> str:
    """What is on a photo, and its day: `Beach, Dog. 3 July 2019`; its date and time when it has no categories.
    `taken_at`: empty if it is unknown."""
    if not names:
        return _("Photo of %(date)s", date=date_name(taken_at)) if taken_at else _("Photo without a date")
    content = ", ".join(named(name) for name in names[:NAMED])
    if not taken_at:
        return content
    return _("%(what)s. %(day)s", what=content, day=day_date(taken_at))
