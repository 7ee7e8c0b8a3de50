"""One photo and everything known of it."""

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.history.entries import History
from services.gateway.i18n.language import _
from services.gateway.pages.explore import at_place
from services.gateway.pages.heat import shown
from services.gateway.pages.origin import opened_from
from services.gateway.presentation.picture_choice import described, plays, sharp
from services.gateway.presentation.why import why
from services.gateway.queries import categories, images
from services.gateway.queries.albums import albums_of
from services.gateway.queries.belonging import belonging
from services.gateway.queries.explore import place_of
from services.gateway.queries.heat import asked
from services.gateway.queries.neighbours import Around, around
from services.gateway.search.vocabulary import vocabulary
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import moment
from services.gateway.web.answer import Req, page


@get("/images/{image_id:str}", include_in_schema=False)
async def image_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    image_id: FromPath[str],
) -> Template:
    """Before and behind it: in the album, category or search that it was opened from, else in the timeline."""
    found = await images.image(views, image_id)
    if found is None:
        raise NotFoundException(_("There is no such photo in the library."))
    opened = await opened_from(request, views)
    near = await around(views, opened.chosen, opened.sort, image_id, 1) or Around([], [])
    labels = (await images.labels(views, [image_id]))[image_id]
    carried = {label.id for label in labels}
    everything = await categories.categories(views)
    verdicts, listed = await images.verdicts(views, image_id), await categories.listed(views)
    labelled = await images.labelled(views, image_id)
    held = await albums_of(views, image_id)
    holding = {album_id for album_id, _name in held}
    known = await vocabulary(views)
    here, then = opened.photo(image_id), moment(request)
    return page(
        request,
        "pages/image.html",
        nav="photos",
        title=found.taken_at[:10],
        image=found,
        shape=shape(found.width, found.height),
        sharp=sharp(found),
        film=plays(found),
        alt=described(found, (await images.names(views, [image_id])).get(image_id, [])),
        files=(await images.files(views, [image_id]))[image_id],
        labels=labels,
        others=[c for c in everything if c.id not in carried and c.kind == "category"],
        albums=held,
        other_albums=[a for a in known.albums if a.q is None and a.id not in holding],
        whys=[why(verdict, listed, verdict.id in labelled) for verdict in verdicts],
        asked=await asked(views, image_id),
        heat=await shown(request, views, image_id),
        where=here + ("&" if "?" in here else "?"),
        belongs=await belonging(views, image_id),
        said=await images.said(views, image_id),
        place=at_place(await place_of(views, image_id)),
        hidden=await images.is_hidden(views, image_id),
        history=[
            entry
            for entry in await history.of_image(views, image_id, await images.mentions(views, image_id))
            if then is None or entry.position <= then.position
        ],
        back=opened.back(image_id, found.month),
        back_title=opened.title,
        before=opened.photo(near.before[0]) if near.before else None,
        behind=opened.photo(near.behind[0]) if near.behind else None,
    )


ROUTES = [image_page]
