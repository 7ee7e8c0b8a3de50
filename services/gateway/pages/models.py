"""The classifiers side by side, and which of them the categories come from."""

from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.i18n.language import _
from services.gateway.queries import categories
from services.gateway.queries.compare import Comparison, comparison, differences
from services.gateway.queries.models import Model, models
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, link, page, refusals
from services.knowledge import taxonomy
from services.knowledge.feedback import ENOUGH


def comparable(classifiers: Sequence[Model]) -> list[Model]:
    """The networks that give classes."""
    return [model for model in classifiers if model.input_size and model.kind == "classes"]


def networks(classifiers: Sequence[Model]) -> list[Model]:
    """Those that take images and have classified some: the active one first, then by number of photos."""
    used = [model for model in comparable(classifiers) if model.classified]
    return sorted(used, key=lambda model: (not model.active, -model.classified, model.id))


@get("/models", include_in_schema=False, opt=UNTIL_CHANGED)
async def models_page(request: Req, views: NamedDependency[Views]) -> Template:
    every, names = await models(views), await categories.listed(views)
    return page(
        request,
        "pages/models.html",
        nav="models",
        title=_("Models"),
        models=every,
        compared=networks(every),
        heads={
            model.id: [names[id_][1] for id_ in model.heads if id_ in names and id_ != taxonomy.DOCUMENT]
            for model in every
        },
    )


def pair(classifiers: Sequence[Model], a: str | None, b: str | None) -> tuple[Model, Model] | None:
    """The two requested; in place of a missing one, the first that is not the other. None if there are no two.

    Raises NotFoundException for an unknown one.
    """
    by_id = {model.id: model for model in comparable(classifiers)}
    if any(model_id and model_id not in by_id for model_id in (a, b)):
        raise NotFoundException(_("There is no such model."))
    choice = [model.id for model in networks(classifiers)]
    first = a or next((model_id for model_id in choice if model_id != b), None)
    second = b or next((model_id for model_id in choice if model_id != first), None)
    return (by_id[first], by_id[second]) if first and second else None


@get("/models/compare", include_in_schema=False, opt=UNTIL_CHANGED)
async def compare_page(
    request: Req,
    views: NamedDependency[Views],
    a: FromQuery[str | None] = None,
    b: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Template:
    """Where two models agree, and the photos on which they disagree, newest first."""
    every = await models(views)
    both = pair(every, a or None, b or None)
    if both is None:
        return page(request, "pages/compare.html", nav="models", title=_("Compare models"), both=None)
    one, other = both
    with refusals():
        different = await differences(views, one.id, other.id, after or None)
    return page(
        request,
        "pages/compare.html",
        nav="models",
        title=_("Compare models"),
        both=both,
        choice=[model for model in every if model.input_size and (model.classified or model in both)],
        result=await comparison(views, one.id, other.id),
        enough=ENOUGH,
        photos=different.photos,
        shape=shape,
        start=link("/models/compare", a=one.id, b=other.id) if after else None,
        more=link("/models/compare", a=one.id, b=other.id, after=different.next) if different.next else None,
    )


@get("/api/models/compare", summary="Where two classifiers agree")
async def compare(views: NamedDependency[Views], a: FromQuery[str], b: FromQuery[str]) -> Comparison:
    """The matrix counts photos by the group of what `a` (rows) and `b` (columns) are surest of; "" is no group."""
    one, other = pair(await models(views), a, b) or (None, None)
    if one is None or other is None:
        raise NotFoundException(_("These two models don’t exist."))
    return await comparison(views, one.id, other.id)


ROUTES = [models_page, compare_page, compare]
