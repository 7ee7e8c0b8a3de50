"""All categories, and the photos of one."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect, Template

from services.gateway.grid.page import grid_page
from services.gateway.history.entries import History
from services.gateway.i18n.builtin_names import in_order, named
from services.gateway.i18n.language import _
from services.gateway.picking.options import usual
from services.gateway.queries.active_learning import questions
from services.gateway.queries.categories import Category, category, merged_into, threshold, tree
from services.gateway.queries.descriptions import description, has_words_model
from services.gateway.queries.lessons import suggestions
from services.gateway.queries.library import timeline_hides
from services.gateway.queries.thresholds import change
from services.gateway.search.filters import Filter
from services.gateway.search.grammar import quoted
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, page, part, unprocessable
from services.kernel.clock import today
from services.knowledge.taxonomy import FLOOR


def _most_first(categories: list[Category]) -> list[Category]:
    return sorted(in_order(categories), key=lambda one: -one.count)


@get("/categories", include_in_schema=False, opt=UNTIL_CHANGED)
async def categories_page(request: Req, views: NamedDependency[Views]) -> Template:
    """Groups with photos and their categories, then categories without a group, then hidden ones, folded away."""
    categories = await tree(views)
    listed = [one for one in categories if not one.hidden]
    groups = _most_first([one for one in listed if one.kind == "group"])
    members = {group.id: _most_first([one for one in listed if one.group_id == group.id]) for group in groups}
    return page(
        request,
        "pages/categories.html",
        nav="categories",
        title=_("Categories"),
        groups=groups,
        members=members,
        loose=_most_first([one for one in listed if one.kind != "group" and one.group_id is None]),
        hidden=in_order(one for one in categories if one.hidden),
        suggestions=await suggestions(views),
        has_words_model=await has_words_model(views),
    )


@get("/categories/{category_id:str}", include_in_schema=False, opt=UNTIL_CHANGED)
async def category_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    category_id: FromPath[str],
) -> Response[None] | Template:
    match = await category(views, category_id)
    if match is None:
        if other := await merged_into(views, category_id):
            return Redirect(f"/categories/{other}")
        raise NotFoundException(_("There is no such category."))
    others = in_order(one for one in (await collections(views)).categories if one.id != match.id)
    return await grid_page(
        request,
        views,
        "pages/category.html",
        f"/categories/{match.id}",
        Filter(category=match.id),
        nav="categories",
        title=named(match.name),
        category=match,
        search=f"category:{quoted(named(match.name))}",
        hides=await timeline_hides(views),
        suggested=await _suggested(views, match),
        description=await description(views, match.id),
        parent=next((one for one in others if one.id == match.group_id), None),
        groups=[one for one in others if one.kind == "group" and not one.hidden],
        line=await threshold(views, match.id),
        usual=await usual(views, history, match.id),
        alike=[one for one in others if one.kind == match.kind and not one.hidden],
    )


async def _suggested(views: Views, match: Category) -> int:
    """Photos that a category has found by learning; without any, today's questions about what models see there."""
    number = (await suggestions(views)).get(match.id, 0)
    if number or match.kind != "category":
        return number
    return len(await questions(views, match.id, today().toordinal()))


@get("/categories/{category_id:str}/threshold", include_in_schema=False)
async def threshold_part(request: Req, views: NamedDependency[Views], category_id: FromPath[str]) -> Template:
    """What another threshold would change: `value`, or `threshold`, as the slider calls it."""
    match, line = await category(views, category_id), await threshold(views, category_id)
    if match is None or line is None:
        raise NotFoundException(_("There is no such category."))
    wanted = _score(request.query_params.get("value") or request.query_params.get("threshold") or "")
    return part(
        "partials/threshold.html", value=wanted, change=await change(views, match.id, line.now, wanted)
    )


def _score(text: str) -> float:
    """Raises HTTPException (422)."""
    try:
        score = float(text)
    except ValueError:
        score = 0.0  # below FLOOR
    if not FLOOR <= score <= 1:
        raise unprocessable(_("“value” is a number from %(least)s to 1.", least=FLOOR))
    return score


ROUTES = [categories_page, category_page, threshold_part]
