"""The photos around one as JSON: what the viewer goes through with arrows and swipes."""

from typing import Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_422_UNPROCESSABLE_ENTITY

from services.gateway.i18n.language import _
from services.gateway.pages.origin import opened_from
from services.gateway.presentation.picture_choice import described, plays, sharp, sharpest
from services.gateway.queries import images
from services.gateway.queries.neighbours import Around, around, films_of
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req
from services.kernel.log.ids import is_image_id

_SHOWN: Final = 30
_MOST: Final = 200


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A photo as the viewer shows it."""

    id: str
    width: int
    height: int
    colour: str
    alt: str
    sharp: str
    """The picture that follows the preview."""
    srcset: str | None = None
    """For zooming in: pictures with their widths."""
    film: str | None = None
    """The film that is played; of a live photo, when it is asked for."""
    live: bool = False


class Neighbourhood(msgspec.Struct, frozen=True):
    here: Shown
    before: list[Shown]
    """Nearest last; empty at the beginning, and when the photo is not among these photos any more."""
    after: list[Shown]
    """Nearest first."""
    first: bool
    """Nothing stands before these."""
    last: bool


@get("/images/{image_id:str}/around", summary="The photos before and behind one")
async def around_photo(
    request: Req, views: NamedDependency[Views], image_id: FromPath[str], limit: FromQuery[int] = _SHOWN
) -> Neighbourhood:
    """In the order of what it was opened from: `category`, `album`, `q`, `hidden=1`, `sort`; else of the timeline."""
    if not 1 <= limit <= _MOST:
        raise HTTPException(
            status_code=HTTP_422_UNPROCESSABLE_ENTITY,
            detail=_("“limit” is a number from 1 to %(most)s.", most=_MOST),
        )
    if not is_image_id(image_id) or await images.image(views, image_id) is None:
        raise NotFoundException(_("There is no such photo in the library."))
    opened = await opened_from(request, views)
    near = await around(views, opened.chosen, opened.sort, image_id, limit) or Around([], [])
    shown = await _shown(views, [*near.before, image_id, *near.behind])
    return Neighbourhood(
        here=shown[image_id],
        before=[shown[one] for one in near.before if one in shown],
        after=[shown[one] for one in near.behind if one in shown],
        first=len(near.before) < limit,
        last=len(near.behind) < limit,
    )


async def _shown(views: Views, ids: list[str]) -> dict[str, Shown]:
    found = await images.images(views, ids)
    names = await images.category_names(views, ids)
    films = await films_of(views, ids)
    return {
        one.image_id: Shown(
            id=one.image_id,
            width=one.width,
            height=one.height,
            colour=one.colour,
            alt=described(one, names.get(one.image_id, [])),
            sharp=sharp(one),
            srcset=sharpest(one),
            film=f"/images/{films[one.image_id][0]}/original"
            if one.image_id in films
            else f"/images/{one.image_id}/original"
            if plays(one)
            else None,
            live=one.image_id in films,
        )
        for one in found.values()
    }


ROUTES = [around_photo]
