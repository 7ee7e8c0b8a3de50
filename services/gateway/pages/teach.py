"""Teaching a category: it asks about photos that it has found, and every answer improves it."""

from typing import Final

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _
from services.gateway.queries import lessons
from services.gateway.queries.categories import category
from services.gateway.queries.lessons import Asked
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page

ASKED: Final = 12
"""Photos at a time."""
EXAMPLES: Final = 24


@get("/categories/{category_id:str}/teach", include_in_schema=False)
async def teach_page(request: Req, views: NamedDependency[Views], category_id: FromPath[str]) -> Template:
    match = await category(views, category_id)
    if match is None or match.kind != "category":
        raise NotFoundException(_("There is no such category."))
    lesson = next(iter(await lessons.lessons(views, category_id)), None)
    return page(
        request,
        "pages/teach.html",
        nav="categories",
        title=_("Teach “%(name)s”", name=named(match.name)),
        category=match,
        taught=await lessons.taught(views, category_id),
        learning=lesson is not None and lesson.due,
        asked=_shaped(await lessons.to_ask(views, category_id, ASKED)),
        examples=_shaped(await lessons.answered(views, category_id, True, EXAMPLES)),
        refused=_shaped(await lessons.answered(views, category_id, False, EXAMPLES)),
        count=await lessons.found(views, category_id),
        unseen=await lessons.unseen(views, category_id),
    )


def _shaped(photos: list[Asked]) -> list[tuple[Asked, str]]:
    return [(photo, shape(photo.width, photo.height)) for photo in photos]


ROUTES = [teach_page]
