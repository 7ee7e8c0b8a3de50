"""The classifiers side by side, and which one the categories come from."""

from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.i18n.language import _
from services.gateway.queries.compare import Comparison, comparison, differences
from services.gateway.queries.models import Model, models
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, page, refusals


def networks(found: Sequence[Model]) -> list[Model]:
    """Those that look at pictures, and have: the active one first, then who has seen most."""
    seen = [model for model in found if model.input_size and model.classified]
    return sorted(seen, key=lambda model: (not model.active, -model.classified, model.id))


@get("/models", include_in_schema=False)
async def models_page(request: Req, views: NamedDependency[Views]) -> Template:
    found = await models(views)
    return page(
        request, "pages/models.html", nav="models", title=_("Models"), models=found, compared=networks(found)
    )


def pair(found: Sequence[Model], a: str | None, b: str | None) -> tuple[Model, Model] | None:
    """The two that are asked for; where one is not, the first that is not the other. None when there are not two.

    Raises NotFoundException for one that there is not.
    """
    by_id = {model.id: model for model in found if model.input_size}
    for asked in (a, b):
        if asked and asked not in by_id:
            raise NotFoundException(_("There is no such model."))
    choice = [model.id for model in networks(found)]
    first = a or next((model_id for model_id in choice if model_id != b), None)
    second = b or next((model_id for model_id in choice if model_id != first), None)
    return (by_id[first], by_id[second]) if first and second else None


@get("/models/compare", include_in_schema=False)
async def compare_page(
    request: Req,
    views: NamedDependency[Views],
    a: FromQuery[str | None] = None,
    b: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Template:
    """Where two models agree, and the photos of which they say something else, newest first."""
    found = await models(views)
    both = pair(found, a or None, b or None)
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
        choice=[model for model in found if model.input_size and (model.classified or model in both)],
        result=await comparison(views, one.id, other.id),
        photos=different.photos,
        shape=shape,
        start=link("/models/compare", a=one.id, b=other.id) if after else None,
        more=link("/models/compare", a=one.id, b=other.id, after=different.next) if different.next else None,
    )


@get("/api/models/compare", summary="Where two classifiers agree")
async def compare(views: NamedDependency[Views], a: FromQuery[str], b: FromQuery[str]) -> Comparison:
    """The matrix counts photos by the group of what `a` (rows) and `b` (columns) are surest of; "" is nothing."""
    one, other = pair(await models(views), a, b) or (None, None)
    if one is None or other is None:
        raise NotFoundException(_("There are no two such models."))
    return await comparison(views, one.id, other.id)


ROUTES = [models_page, compare_page, compare]
