"""What a photo was opened from: the timeline, a category, an album, a search or the hidden photos, in an order.

Links carry it as a query. What is not there any more is left out: the photo is still shown, among all photos.
"""

from typing import Any

import msgspec

from services.gateway.controllers.answer import Req, link
from services.gateway.language import _
from services.gateway.queries.around import order_of
from services.gateway.queries.timeline import AS_ADDED, NEWEST
from services.gateway.queries.views import Views
from services.gateway.search.filters import EVERYTHING, TIMELINE, Filter
from services.gateway.search.vocabulary import vocabulary


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    chosen: Filter
    """The photos among which it stands."""
    sort: str
    title: str
    """What a person calls them."""
    among: dict[str, str | None]
    """The query of links to other photos of them."""
    path: str
    """The page that shows them all."""
    query: dict[str, str | None]
    """Of that page."""

    def photo(self, image_id: str) -> str:
        return link(f"/images/{image_id}", **self.among)

    def back(self, image_id: str, month: str) -> str:
        """The page, where this photo stands on it."""
        at: dict[str, Any] = {} if self.sort == AS_ADDED else {"at": month}
        return f"{link(self.path, **self.query, **at)}#p-{image_id}"


async def opened_from(request: Req, views: Views) -> Opened:
    """By the query `category`, `album`, `q`, `hidden` and `sort`."""
    asked = {name: request.query_params.get(name) or None for name in ("category", "album", "q", "hidden")}
    known = await vocabulary(views)
    category = next((one for one in known.categories if one.id == asked["category"]), None)
    album = next((one for one in known.albums if one.id == asked["album"]), None)
    hidden = asked["hidden"] == "1"
    chosen = Filter(
        category=category.id if category else None,
        album=album.id if album else None,
        q=asked["q"],
        hidden=hidden,
    )
    by_hand = album is not None and album.q is None
    own = (album.sort if album else None) or (AS_ADDED if by_hand else NEWEST)
    sort = order_of(request.query_params.get("sort"), by_hand, own)
    carried = sort if sort != own else None
    path, title, query = "/", _("Photos"), dict[str, str | None]()
    if album:
        path, title = f"/albums/{album.id}", album.name
    elif category:
        path, title = f"/categories/{category.id}", category.name
    elif chosen.q:
        path, title, query = "/search", chosen.q, {"q": chosen.q}
    elif hidden:
        path, title = "/hidden", _("Hidden photos")
    return Opened(
        chosen=TIMELINE if chosen == EVERYTHING else chosen,
        sort=sort,
        title=title,
        among={
            "category": chosen.category,
            "album": chosen.album,
            "q": chosen.q,
            "hidden": "1" if hidden else None,
            "sort": carried,
        },
        path=path,
        query=query | {"sort": carried},
    )
