"""The page that shows what a command did, to which its confirmation links."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.domain.albums.combining import DuplicateAlbum, MergeAlbums
from services.domain.albums.commands import CreateAlbum
from services.domain.albums.contents import AddToAlbum
from services.domain.albums.events import AlbumCreated
from services.domain.categories.commands import CreateCategory, MergeCategories
from services.domain.categories.decisions import AssignCategory, ReplaceCategory
from services.domain.categories.events import CategoryCreated
from services.domain.photos.bin import MoveToBin
from services.domain.photos.favorite import SetFavorite
from services.domain.photos.hiding import HideImages
from services.domain.photos.keywords import AddKeywords
from services.domain.photos.people import AddPeople
from services.domain.subject import Command, Event
from services.gateway.search.grammar import quoted
from services.gateway.web.answer import link

_PAGES: Final[Mapping[type[Command], Callable[[Any], str]]] = {
    AddToAlbum: lambda one: f"/albums/{one.album_id}",
    MergeAlbums: lambda one: f"/albums/{one.into}",
    AssignCategory: lambda one: f"/categories/{one.category_id}",
    ReplaceCategory: lambda one: f"/categories/{one.category_id}",
    MergeCategories: lambda one: f"/categories/{one.into}",
    HideImages: lambda one: "/hidden",
    MoveToBin: lambda one: "/bin",
    SetFavorite: lambda one: link("/search", q="is:favourite") if one.favorite else "",
    AddKeywords: lambda one: link("/search", q=f"keyword:{quoted(one.keywords[-1])}"),
    AddPeople: lambda one: link("/search", q=f"person:{quoted(one.people[-1])}"),
}
_CREATING: Final = (CreateAlbum, DuplicateAlbum, CreateCategory)


def shown_at(command: Command, events: Sequence[Event]) -> str | None:
    """`events`: what it caused; None: it changed nothing, or no page is about it."""
    if isinstance(command, _CREATING):
        for event in events:
            if isinstance(event, AlbumCreated):
                return f"/albums/{event.album_id}"
            if isinstance(event, CategoryCreated):
                return f"/categories/{event.category_id}"
    page = _PAGES.get(type(command))
    return (page(command) or None) if page and events else None
