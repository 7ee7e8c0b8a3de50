"""One photo and everything known of it."""

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.history.entries import History, HistoryEntry
from services.gateway.i18n.language import _
from services.gateway.pages.explore import at_place
from services.gateway.pages.heat import shown
from services.gateway.pages.origin import opened_from
from services.gateway.presentation.picture_choice import described, plays, sharp
from services.gateway.presentation.why import why
from services.gateway.queries import categories
from services.gateway.queries.images import names_of
from services.gateway.queries.neighbours import Around, around
from services.gateway.queries.photo import photo
from services.gateway.search.vocabulary import vocabulary
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import Moment, moment
from services.gateway.web.answer import Req, page


@get("/images/{image_id:str}", include_in_schema=False)
async def image_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    image_id: FromPath[str],
) -> Template:
    """Before and behind it: in the album, category or search that it was opened from, else in the timeline."""
    found = await photo(views, image_id)
    if found is None:
        raise NotFoundException(_("There is no such photo in the library."))
    opened = await opened_from(request, views)
    near = await around(views, opened.chosen, opened.sort, image_id, 1) or Around([], [])
    known, listed = await vocabulary(views), await categories.listed(views)
    carried, holding = {label.id for label in found.labels}, {album_id for album_id, _name in found.albums}
    names = names_of([(label.id, label.source, label.score) for label in found.own], known.shown)
    here, image = opened.photo(image_id), found.image
    return page(
        request,
        "pages/image.html",
        nav="photos",
        title=image.taken_at[:10],
        image=image,
        shape=shape(image.width, image.height),
        sharp=sharp(image),
        film=plays(image),
        alt=described(image, names),
        files=found.files,
        labels=found.labels,
        others=[one for one in await categories.categories(views) if _can_be_given(one, carried)],
        albums=found.albums,
        other_albums=[one for one in known.albums if one.q is None and one.id not in holding],
        whys=[why(one, listed, found.examinations[one.id].labelled) for one in found.verdicts],
        asked=found.examinations,
        heat=await shown(request, views, image_id),
        where=here + ("&" if "?" in here else "?"),
        belongs=found.belongs,
        said=found.annotations,
        place=at_place(found.place),
        hidden=found.hidden,
        details=found.details,
        history=_until(moment(request), await history.of_image(views, image_id, found.mentions)),
        back=opened.back(image_id, image.month),
        back_title=opened.title,
        before=opened.photo(near.before[0]) if near.before else None,
        behind=opened.photo(near.behind[0]) if near.behind else None,
    )


def _can_be_given(one: categories.Category, carried: set[str]) -> bool:
    return one.kind == "category" and one.id not in carried


def _until(then: Moment | None, entries: list[HistoryEntry]) -> list[HistoryEntry]:
    """What had happened when the browser looks."""
    return [entry for entry in entries if then is None or entry.position <= then.position]


ROUTES = [image_page]
