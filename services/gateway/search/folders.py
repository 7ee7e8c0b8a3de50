"""Folders by their full paths, which is how pages and links name them."""

from collections.abc import Iterable

from services.gateway.search import terms
from services.gateway.search.terms import Condition
from services.gateway.tables.pool import Views
from services.gateway.tables.roots import known_roots


def full_path(root: str, folder: str) -> str:
    return f"{root.rstrip('/')}/{folder}" if folder else root


def within(path: str, roots: Iterable[str]) -> list[tuple[str, str]]:
    """(photo folder, folder below it; '' for itself), for each photo folder that the path lies in: they may contain
    each other."""
    return [
        (root, path[len(root.rstrip("/")) + 1 :])
        for root in roots
        if path == root or path.startswith(root.rstrip("/") + "/")
    ]


async def in_folder(views: Views, path: str) -> Condition:
    """A file of the photo lies directly in it."""
    places = within(path, await known_roots(views))
    return terms.directly_in(places)
