"""Keywords as a tree."""

from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.i18n.language import _, code
from services.gateway.queries.keyword_tree import MOST_BRANCHES, branch_count, keyword_tree
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, page


@get("/keywords", include_in_schema=False, opt=UNTIL_CHANGED)
async def keywords_page(request: Req, views: NamedDependency[Views]) -> Template:
    tree = await keyword_tree(views, code())
    most = MOST_BRANCHES if branch_count(tree) >= MOST_BRANCHES else None
    return page(request, "pages/keywords.html", nav="search", title=_("Keywords"), tree=tree, most=most)


ROUTES: Final[list[Any]] = [keywords_page]
