"""The tree of folders as it lies on the disk, and what is in one of them."""

from pathlib import Path
from typing import Annotated, Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, Parameter
from litestar.response import Template

from services.gateway.grid.page import grid_page
from services.gateway.i18n.language import _, code
from services.gateway.i18n.wording import path_name
from services.gateway.queries import folders
from services.gateway.queries.folders import Branch, Tree
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, folder_url, page, part


@get("/folders", include_in_schema=False)
async def folders_page(
    request: Req, views: NamedDependency[Views], below: FromQuery[str | None] = None
) -> Template:
    """`below`: only the folders directly in that one, for a branch that is unfolded."""
    tree = await folders.tree(views, code())
    if below is not None:
        return part("partials/branch.html", branch=_folder(tree, below).below)
    return page(request, "pages/folders.html", nav="photos", title=_("Folders"), roots=tree.roots)


@get("/folders/{path:path}", include_in_schema=False)
async def folder_page(
    request: Req, views: NamedDependency[Views], path: Annotated[Path, Parameter(description="Full path.")]
) -> Template:
    tree = await folders.tree(views, code())
    folder = _folder(tree, str(path))
    return await grid_page(
        request,
        views,
        "pages/folder.html",
        folder_url(folder.path),
        Filter(folder=folder.path),
        nav="photos",
        title=path_name(folder.path.rpartition("/")[2] or folder.path),
        folder=folder,
        above=_above(tree, folder),
        problems=await folders.unreadable_files(views, folder.path),
        missing_files=await folders.missing_files(views, folder.path),
    )


def _folder(tree: Tree, path: str) -> Branch:
    """Raises NotFoundException."""
    if (folder := tree.folders.get(path)) is None:
        raise NotFoundException(_("There is no such folder in the library."))
    return folder


def _above(tree: Tree, folder: Branch) -> list[Branch]:
    """The folders that contain it, from the photo folder on."""
    parents = (str(parent) for parent in Path(folder.path).parents)
    return [tree.folders[parent] for parent in parents if parent in tree.folders][::-1]


ROUTES: Final[list[Any]] = [folders_page, folder_page]
