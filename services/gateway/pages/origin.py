"""The list that a photo was opened from: the timeline, a category, an album, a folder, a search or the hidden photos,
sorted.

Links carry it in their query. What no longer exists is ignored: the photo is still shown, among all photos.
"""

import msgspec

from services.gateway.i18n.language import _
from services.gateway.i18n.wording import path_name
from services.gateway.presentation.rail import FAVORITES
from services.gateway.queries.neighbours import order_of
from services.gateway.queries.timeline import ADDED, BY_TIME, NEWEST, OLDEST
from services.gateway.search.filters import EVERYTHING, TIMELINE, Filter
from services.gateway.search.vocabulary import NamedAlbum, NamedCategory, collections
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, among, folder_url, link


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    chosen: Filter
    """The photos of the list."""
    sort: str
    title: str
    """What a person calls the list."""
    among: dict[str, str | None]
    """The query of links to other photos of the list."""
    path: str
    """The page that shows the list."""
    query: dict[str, str | None]
    """That page's query."""

    def photo(self, image_id: str) -> str:
        return link(f"/images/{image_id}", **self.among)

    def back(self, image_id: str, month: str) -> str:
        """The URL of the list's page, scrolled to this photo."""
        at = month if self.sort in BY_TIME else None
        return f"{link(self.path, **self.query, at=at)}#p-{image_id}"


async def opened_from(request: Req, views: Views) -> Opened:
    """Reads the query parameters `category`, `album`, `folder`, `q`, `hidden` and `sort`."""
    query = request.query_params
    names = await collections(views)
    category = next((one for one in names.categories if one.id == query.get("category")), None)
    album = next((one for one in names.albums if one.id == query.get("album")), None)
    criteria = Filter(
        category=category.id if category else None,
        album=album.id if album else None,
        folder=query.get("folder") or None,
        q=query.get("q") or None,
        hidden=query.get("hidden") == "1",
    )
    own = _own_order(album)
    sort = order_of(query.get("sort"), album is not None and album.q is None, own)
    carried = {"sort": sort if sort != own else None}
    path, title, words = _list_of(criteria, category, album)
    if criteria == EVERYTHING and sort == ADDED:
        path, title = "/recent", _("Recently added")
    return Opened(
        chosen=TIMELINE if criteria == EVERYTHING else criteria,
        sort=sort,
        title=title,
        among=among(criteria) | carried,
        path=path,
        query={"q": words} | carried,
    )


def _own_order(album: NamedAlbum | None) -> str:
    if album is None:
        return NEWEST
    return album.sort or (OLDEST if album.q is None else NEWEST)


def _list_of(
    criteria: Filter, category: NamedCategory | None, album: NamedAlbum | None
) -> tuple[str, str, str | None]:
    """Path and title of the list's page, and the search in its query."""
    if album:
        return f"/albums/{album.id}", album.name, None
    if criteria == FAVORITES:
        return "/favorites", _("Favourites"), None
    if category:
        return f"/categories/{category.id}", category.name, None
    if criteria.folder:
        return folder_url(criteria.folder), path_name(criteria.folder.rpartition("/")[2]), None
    if criteria.q:
        return "/search", criteria.q, criteria.q
    return ("/hidden", _("Hidden photos"), None) if criteria.hidden else ("/", _("Photos"), None)
