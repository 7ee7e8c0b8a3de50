"""Photos that exist more than once: what to do about them, and the space they cost."""

import asyncio
import re
from collections.abc import Callable, Sequence, Set
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.grid.shapes import shape
from services.gateway.i18n.language import _
from services.gateway.presentation import removable
from services.gateway.queries import images
from services.gateway.queries.duplicates import Alike, duplicates
from services.gateway.queries.similar import Item
from services.gateway.running.removals import RemovalFolder
from services.gateway.running.text_pages import TextPages
from services.gateway.tables.cursor import BadCursor
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, page, refusals, unprocessable
from services.kernel.settings import Settings

PER_PAGE: Final = 30
"""Groups of each kind."""
OF_A_GROUP: Final = 48
"""Photos shown of a group; once these are hidden, the next ones appear."""
OF_A_STRIP: Final = 12
"""Photos shown of some that are no duplicates."""
PATH: Final = "/duplicates"
SECTIONS: Final = ("near", "exact", "bursts", "distinct")

_T = TypeVar("_T")
Key = tuple[int, str]
"""What groups are sorted by: a number, the greatest first, then an image's id, or what else 32 hex digits name."""


class GroupPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """A photo of a group, as the page shows it."""

    image_id: str
    shape: str
    width: int
    height: int
    colour: str
    size: int
    taken_at: str
    name: str
    path: str
    goes: bool
    """It would be hidden if the best of each group stayed."""


class Group(msgspec.Struct, frozen=True):
    photos: list[GroupPhoto]
    differs: frozenset[str]
    """Which of `pixels`, `size`, `taken_at`, `name` differ between the photos."""
    further: int
    """Photos of the group that are not shown."""


class Section(msgspec.Struct):
    total: int
    more: str | None
    """The URL of the next groups."""
    groups: list[Any]


@get(PATH, include_in_schema=False)
async def duplicates_page(
    request: Req,
    views: NamedDependency[Views],
    text_pages: NamedDependency[TextPages],
    show: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Template:
    """The first groups of each kind; with `show`, those of one kind that follow `after`."""
    if show and show not in SECTIONS:
        raise unprocessable(_("“show” is “near”, “exact”, “bursts” or “distinct”."))
    result = await duplicates(views, text_pages.unlike)
    place = _place(after) if after and show else None
    near = _section(result.near, _of_alike, "near", show, place)
    exact = _section(result.exact, lambda photo: (photo.wasted, photo.image_id), "exact", show, place)
    rapid = _section(result.bursts, _of_burst, "bursts", show, place)
    distinct = _section(result.distinct, lambda one: (one.position, one.key), "distinct", show, place)
    strips = {
        one.key: sorted(one.image_ids, key=lambda each: each != one.image_id) for one in distinct.groups
    }
    alike = [group.photos for group in near.groups]
    ids = [item.image_id for group in alike + rapid.groups for item in group[:OF_A_GROUP]]
    ids += [photo.image_id for photo in exact.groups]
    ids += [image_id for strip in strips.values() for image_id in strip[:OF_A_STRIP]]
    rows, files = await images.images(views, ids), await images.files(views, ids)
    going = frozenset(result.worse.images)
    near.groups = _groups(alike, rows, files, going)
    rapid.groups = _groups(rapid.groups, rows, files, frozenset())
    return page(
        request,
        "pages/duplicates.html",
        nav="duplicates",
        title=_("Duplicates"),
        near=near,
        exact=exact,
        bursts=rapid,
        distinct=distinct,
        strips=strips,
        of_a_strip=OF_A_STRIP,
        known=rows,
        wasted=result.wasted,
        spare=sum(photo.spare for photo in result.exact),
        worse=result.worse,
        holders=result.holders,
        show=show,
        start=link(PATH, show=show) if place else None,
    )


def _of_alike(group: Alike) -> Key:
    return group.centre.taken_ms, group.centre.image_id


def _of_burst(group: list[Item]) -> Key:
    return group[0].taken_ms, group[0].image_id


def _place(after: str) -> Key:
    """The group that `after` names; it need not exist any more. Raises HTTPException (422)."""
    parts = re.fullmatch(r"(-?[0-9]{1,19})\.([0-9a-f]{32})", after)
    with refusals():
        if parts is None:
            raise BadCursor
    return int(parts[1]), parts[2]


def _section(
    groups: Sequence[_T], key: Callable[[_T], Key], kind: str, show: str | None, after: Key | None
) -> Section:
    if show and show != kind:
        return Section(len(groups), None, [])
    rest = list(groups)
    if after is not None:
        rest = [group for group in groups if (-key(group)[0], key(group)[1]) > (-after[0], after[1])]
    batch, more = rest[:PER_PAGE], None
    if len(rest) > len(batch):
        number, image_id = key(batch[-1])
        more = link(PATH, show=kind, after=f"{number}.{image_id}")
    return Section(len(groups), more, batch)


def _groups(
    groups: list[list[Item]],
    rows: dict[str, images.Image],
    files: dict[str, list[images.File]],
    going: Set[str],
) -> list[Group]:
    return [
        _group(
            [_photo(rows[item.image_id], files[item.image_id], going) for item in group[:OF_A_GROUP]],
            max(0, len(group) - OF_A_GROUP),
        )
        for group in groups
        if all(item.image_id in rows for item in group[:OF_A_GROUP])
    ]


def _photo(image: images.Image, files: list[images.File], going: Set[str]) -> GroupPhoto:
    return GroupPhoto(
        image_id=image.image_id,
        shape=shape(image.width, image.height),
        width=image.width,
        height=image.height,
        colour=image.colour,
        size=image.size,
        taken_at=image.taken_at,
        name=files[0].name if files else "",
        path=files[0].path if files else "",
        goes=image.image_id in going,
    )


def _group(photos: list[GroupPhoto], further: int) -> Group:
    values: dict[str, set[Any]] = {
        "pixels": {(photo.width, photo.height) for photo in photos},
        "size": {photo.size for photo in photos},
        "taken_at": {photo.taken_at for photo in photos},
        "name": {photo.name for photo in photos},
    }
    return Group(photos, frozenset(name for name, some in values.items() if len(some) > 1), further)


@get(f"{PATH}/removable.csv", summary="Files that could go, as a table", media_type="text/csv")
async def removable_table(
    views: NamedDependency[Views], text_pages: NamedDependency[TextPages]
) -> Response[bytes]:
    """Every exact copy but one: its path, its size in bytes, and the path of the copy to keep."""
    copies = (await duplicates(views, text_pages.unlike)).exact
    return _attached(removable.table(copies), "removable.csv", "text/csv; charset=utf-8")


@get(f"{PATH}/removable.sh", summary="Files that could go, as a script", media_type="text/x-shellscript")
async def removable_script(
    views: NamedDependency[Views],
    settings: NamedDependency[Settings],
    text_pages: NamedDependency[TextPages],
) -> Response[bytes]:
    """A shell script for the person to read and run: Albumen removes nothing. While it runs, it adds to a signed list
    in the data folder, from which the next scan knows what it has removed."""
    copies = (await duplicates(views, text_pages.unlike)).exact
    folder = RemovalFolder(settings.data)
    note = await asyncio.to_thread(folder.note, removable.files(copies)) if copies else None
    return _attached(removable.script(copies, note), "removable.sh", "text/x-shellscript")


def _attached(content: bytes, name: str, media_type: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


class ExactCopies(msgspec.Struct):
    image_id: str
    files: list[str]
    """The one to keep first."""
    size: int
    wasted: int


class DistinctPhotos(msgspec.Struct):
    images: list[str]
    image: str | None
    """The only one of them that is no duplicate of the others; null: no two of them are duplicates."""


class Everything(msgspec.Struct):
    exact: list[ExactCopies]
    near: list[list[str]]
    """Ids, the one to keep first."""
    bursts: list[list[str]]
    wasted: int
    """Bytes."""
    distinct: list[DistinctPhotos]
    """As people say, the last said first."""


@get("/api/duplicates", summary="Copies, almost the same photos, and bursts")
async def list_duplicates(
    views: NamedDependency[Views], text_pages: NamedDependency[TextPages]
) -> Everything:
    result = await duplicates(views, text_pages.unlike)
    return Everything(
        exact=[ExactCopies(photo.image_id, photo.paths, photo.size, photo.wasted) for photo in result.exact],
        near=[[item.image_id for item in group.photos] for group in result.near],
        bursts=[[item.image_id for item in group] for group in result.bursts],
        wasted=result.wasted,
        distinct=[DistinctPhotos(one.image_ids, one.image_id) for one in result.distinct],
    )


class Best(msgspec.Struct):
    images: list[str]
    """Ids of the photos that would be hidden or binned."""
    groups: int
    size: int
    """Bytes of their files."""
    held: int
    """Photos that stay beside the best one, for they have an album, stars or words that it lacks."""
    digest: str
    """To send as `seen`: then nothing else is hidden."""
    folders: list[str]
    """Those that win, in order."""


@get("/api/duplicates/best", summary="What would go if the best of each group stayed")
async def best_of_all(views: NamedDependency[Views], text_pages: NamedDependency[TextPages]) -> Best:
    """What the command `keep-best` does."""
    result = await duplicates(views, text_pages.unlike)
    worse = result.worse
    folders = [holder.folder for holder in result.holders if holder.preferred]
    return Best(worse.images, worse.groups, worse.size, worse.held, worse.digest, folders)


ROUTES = [duplicates_page, removable_table, removable_script, list_duplicates, best_of_all]
