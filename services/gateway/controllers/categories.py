"""All categories, and the photos of one."""

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from services.gateway.controllers.answer import Req, page
from services.gateway.controllers.gridpage import grid_page
from services.gateway.queries.categories import Category, categories, category
from services.gateway.queries.filters import Filter, timeline_hides
from services.gateway.queries.views import Views


async def counted(views: Views) -> list[Category]:
    """All categories, counted once for each position of the read tables."""
    found: list[Category] = await views.remembered.get(
        await views.position(), "categories", lambda: categories(views)
    )
    return found


@get("/categories", include_in_schema=False)
async def categories_page(request: Req, views: NamedDependency[Views]) -> Template:
    everything = await counted(views)
    groups = [c for c in everything if c.kind == "group"]
    members = {
        group.id: sorted((c for c in everything if c.group_id == group.id), key=lambda c: -c.count)
        for group in groups
    }
    loose = [c for c in everything if c.kind != "group" and c.group_id not in members]
    return page(
        request,
        "pages/categories.html",
        nav="categories",
        title="Categories",
        groups=sorted(groups, key=lambda c: -c.count),
        members=members,
        loose=sorted(loose, key=lambda c: -c.count),
    )


@get("/categories/{category_id:str}", include_in_schema=False)
async def category_page(request: Req, views: NamedDependency[Views], category_id: FromPath[str]) -> Template:
    found = await category(views, category_id)
    if found is None:
        raise NotFoundException("There is no such category.")
    parent = await category(views, found.group_id) if found.group_id else None
    return await grid_page(
        request,
        views,
        "pages/category.html",
        f"/categories/{found.id}",
        Filter(category=found.id),
        nav="categories",
        title=found.name,
        category=found,
        hides=await timeline_hides(views),
        parent=parent,
    )


ROUTES = [categories_page, category_page]
