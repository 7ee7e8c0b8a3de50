"""The page of one photo."""

from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from services.gateway.grid.shapes import shape
from services.gateway.history.entries import History
from services.gateway.i18n.builtin_names import in_order
from services.gateway.i18n.language import _
from services.gateway.pages.explore import at_place
from services.gateway.pages.heat import shown
from services.gateway.pages.origin import opened_from
from services.gateway.presentation.album_names import told_apart
from services.gateway.presentation.picture_choice import (
    described,
    film_beside,
    known_at,
    plays,
    sharp,
    video_of,
)
from services.gateway.presentation.place_names import recent_choices
from services.gateway.presentation.statements import statements
from services.gateway.presentation.why import why
from services.gateway.queries import categories
from services.gateway.queries.images import names_of
from services.gateway.queries.neighbours import ALONE, around
from services.gateway.queries.photo import photo
from services.gateway.search.vocabulary import Collections, collections
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import moment
from services.gateway.web.answer import Req, long_page
from services.gateway.web.parameters import LAST

HISTORY: Final = 100
"""Lines at most; a page of its own has the others."""


@get("/images/{image_id:str}", include_in_schema=False)
async def image_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    image_id: FromPath[str],
) -> Response[str]:
    """Its neighbours are those in the album, category or search that it was opened from, else in the timeline."""
    match = await photo(views, image_id)
    if match is None:
        raise NotFoundException(_("There is no such photo in the library."))
    origin, then = await opened_from(request, views), moment(request)
    near = await around(views, origin.chosen, origin.sort, image_id, 1) or ALONE
    words, listed = await collections(views), await categories.listed(views)
    labelled = {label.id for label in match.labels}
    names = names_of([(label.id, label.source, label.score) for label in match.own], words.shown)
    albums, other_albums = await _albums(views, words, {album_id for album_id, _name in match.albums})
    others = [one for one in words.shown.values() if one.kind == "category"]
    end = then.position + 1 if then else LAST
    entries = await history.of_image(views, image_id, match.mentions, end, HISTORY)
    here, image, belongs = origin.photo(image_id), match.image, match.belongs.live_film
    return await long_page(
        request,
        "pages/image.html",
        nav="photos",
        title=known_at(image)[:10] or _("Date unknown"),
        image=image,
        shape=shape(image.width, image.height),
        sharp=sharp(image),
        film=plays(image),
        moving=film_beside(belongs.id) if belongs else video_of(image),
        alt=described(image, names),
        files=[*match.files, *match.raw_files],
        labels=match.labels,
        others=in_order(one for one in others if one.id not in labelled),
        albums=albums,
        other_albums=other_albums,
        whys=[why(one, listed, match.examinations[one.id].labelled) for one in match.verdicts],
        asked=match.examinations,
        heat=await shown(request, views, image_id),
        objects=match.objects,
        resemblances=match.resemblances,
        boxes=match.objects if request.query_params.get("objects") else [],
        unboxed=here,
        where=here + ("&" if "?" in here else "?"),
        belongs=match.belongs,
        said=match.annotations,
        place=at_place(match.place),
        recent=await recent_choices(views),
        statements=statements(match.properties),
        unread=match.unread,
        hidden=match.hidden,
        in_timeline=match.in_timeline,
        details=match.details,
        history=entries,
        back=origin.back(image_id, image.month),
        back_title=origin.title,
        before=origin.photo(near.before[0]) if near.before else None,
        behind=origin.photo(near.behind[0]) if near.behind else None,
    )


async def _albums(
    views: Views, words: Collections, holding: set[str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(id, name) of the albums that hold the photo, and of the others that could."""
    by_hand = await told_apart(views, [(one.id, one.name) for one in words.albums if one.q is None])
    return [one for one in by_hand if one[0] in holding], [one for one in by_hand if one[0] not in holding]


ROUTES = [image_page]
