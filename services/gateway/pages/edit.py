"""The edit sheet: one form for several photos, which shows what they have in common and changes only what is touched.

A POST, because a selection may be longer than any URL; the form that it shows gives the command.
"""

from typing import Any, Final

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from services.gateway.i18n.builtin_names import in_order
from services.gateway.i18n.language import _
from services.gateway.pages.commands import safe_next
from services.gateway.pages.places import on_map
from services.gateway.presentation.place_names import recent_choices
from services.gateway.queries import clusters
from services.gateway.queries.in_common import shared
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page, unprocessable
from services.gateway.web.forms import form_of
from services.kernel.log.ids import is_image_id

_PICTURES: Final = 12
"""Thumbnails shown."""


@post("/edit", status_code=HTTP_200_OK, include_in_schema=False)
async def edit_page(request: Req, views: NamedDependency[Views]) -> Template:
    form = await form_of(request)
    values = [value for value in form.getall("images", []) if isinstance(value, str)]
    ids = list(dict.fromkeys(one for value in values for one in value.split(",") if is_image_id(one)))
    common, listed = await shared(views, ids), (await collections(views)).categories
    if not common.count:
        raise unprocessable(_("Select photos first."))
    wanted = form.get("next")
    around = await clusters.everywhere(views) or clusters.box(20, 0, 0)
    return page(
        request,
        "pages/edit.html",
        nav="photos",
        title=_("Edit photos"),
        ids=ids,
        common=common,
        pictures=ids[:_PICTURES],
        categories=in_order(one for one in listed if one.kind == "category" and not one.hidden),
        recent=await recent_choices(views),
        whole=around,
        **await on_map(views, around),
        back=safe_next(wanted if isinstance(wanted, str) else "/"),
    )


ROUTES: Final[list[Any]] = [edit_page]
