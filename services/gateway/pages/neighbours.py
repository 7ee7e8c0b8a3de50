"""The photos around one as JSON, which the viewer steps through with arrows and swipes."""

from typing import Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from services.gateway.i18n.language import _
from services.gateway.pages.origin import opened_from
from services.gateway.presentation.picture_choice import (
    described,
    film_beside,
    plays,
    sharp,
    sharpest,
    video_of,
)
from services.gateway.presentation.rotated import preview
from services.gateway.queries import images
from services.gateway.queries.marks import marks
from services.gateway.queries.neighbours import ALONE, PlaceInList, around, films_of, place_in_list
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, unprocessable
from services.kernel.log.ids import is_image_id
from services.knowledge.rotations import NONE

_SHOWN: Final = 30
_MOST: Final = 200


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A photo as the viewer shows it."""

    id: str
    width: int
    height: int
    colour: str
    alt: str
    preview: str | None = None
    """None: the usual address."""
    sharp: str
    """The picture that replaces the preview."""
    srcset: str | None = None
    """For zooming in: pictures with their widths."""
    film: str | None = None
    """The video to play; for a live photo, only on request."""
    video: str | None = None
    """The same as every browser plays it, for one that can't play `film`."""
    live: bool = False
    favorite: bool = False
    rating: int = 0
    """Stars; 0 for none."""


class Neighbourhood(msgspec.Struct, frozen=True):
    here: Shown
    before: list[Shown]
    """Nearest last; empty at the beginning of the list, and when the photo is no longer in it."""
    after: list[Shown]
    """Nearest first."""
    first: bool
    """Nothing precedes these."""
    last: bool


@get("/images/{image_id:str}/around", summary="The photos before and behind one")
async def around_photo(
    request: Req, views: NamedDependency[Views], image_id: FromPath[str], limit: FromQuery[int] = _SHOWN
) -> Neighbourhood:
    """In the list that it was opened from: `category`, `album`, `q`, `hidden=1`, `sort`; else in the timeline."""
    if not 1 <= limit <= _MOST:
        raise unprocessable(_("“limit” is a number from 1 to %(most)s.", most=_MOST))
    if not is_image_id(image_id) or await images.image(views, image_id) is None:
        raise NotFoundException(_("There is no such photo in the library."))
    origin = await opened_from(request, views)
    near = await around(views, origin.chosen, origin.sort, image_id, limit) or ALONE
    photos = await _photos(views, [*near.before, image_id, *near.behind])
    return Neighbourhood(
        here=photos[image_id],
        before=[photos[one] for one in near.before if one in photos],
        after=[photos[one] for one in near.behind if one in photos],
        first=len(near.before) < limit,
        last=len(near.behind) < limit,
    )


@get("/images/{image_id:str}/place", summary="Which of how many photos one is")
async def place_of_photo(request: Req, views: NamedDependency[Views], image_id: FromPath[str]) -> PlaceInList:
    """In the list that it was opened from, as `around` says. 404 if it is not, or no longer, in that."""
    origin = await opened_from(request, views)
    place = (
        await place_in_list(views, origin.chosen, origin.sort, image_id) if is_image_id(image_id) else None
    )
    if place is None:
        raise NotFoundException(_("There is no such photo in this list."))
    return place


async def _photos(views: Views, ids: list[str]) -> dict[str, Shown]:
    rows = await images.images(views, ids)
    names = await images.category_names(views, ids)
    badges = await marks(views, ids)
    films = {one.image_id: playable for one in rows.values() if (playable := video_of(one))}
    films |= {image_id: film_beside(some[0]) for image_id, some in (await films_of(views, ids)).items()}
    return {
        one.image_id: Shown(
            id=one.image_id,
            width=one.width,
            height=one.height,
            colour=one.colour,
            alt=described(one, names.get(one.image_id, [])),
            preview=preview(one.image_id) if one.rotation != NONE else None,
            sharp=sharp(one),
            srcset=sharpest(one),
            film=films[one.image_id].original if one.image_id in films else None,
            video=films[one.image_id].video if one.image_id in films else None,
            live=one.image_id in films and not plays(one),
            favorite=bool(one.image_id in badges and badges[one.image_id].favorite),
            rating=badges[one.image_id].stars if one.image_id in badges else 0,
        )
        for one in rows.values()
    }


ROUTES = [around_photo, place_of_photo]
