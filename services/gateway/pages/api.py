"""The JSON that programs read. Its names are a promise: fields may be added, none is renamed or left out."""

from typing import Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, SkipValidation

from services.gateway.history.entries import History, HistoryEntry
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import utc
from services.gateway.queries import images, timeline
from services.gateway.queries.albums import Album, album, albums
from services.gateway.queries.belonging import Relative
from services.gateway.queries.categories import Category, categories
from services.gateway.queries.images import Label
from services.gateway.queries.models import Model, models
from services.gateway.queries.months import months
from services.gateway.queries.photo import photo
from services.gateway.queries.verdicts import Verdict
from services.gateway.search.filters import EVERYTHING, TIMELINE, Filter, checked
from services.gateway.tables.pool import Views
from services.gateway.web.answer import refusals


class Item(msgspec.Struct, kw_only=True):
    """A photo in a list."""

    id: str
    taken_at: str
    """On the camera's clock, with the offset where it is known."""
    taken_at_utc: str
    taken_at_source: str
    width: int
    height: int
    categories: list[Label]
    files: list[str]
    preview_url: str
    original_url: str


class ItemPage(msgspec.Struct):
    items: list[Item]
    next: str | None
    """What to send as `after` for the next page; null at the end."""
    total: int


class Metadata(msgspec.Struct, kw_only=True):
    format: str
    size: int
    orientation: int
    colour: str
    visible: bool
    camera_make: str | None
    camera_model: str | None
    lens: str | None
    f_number: float | None
    exposure_s: float | None
    iso: int | None
    focal_mm: float | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    description: str | None
    frames: int
    duration_s: float | None
    favorite: bool
    archived: bool
    trashed: bool
    people: list[str]
    keywords: list[str]
    hidden: bool


class Details(Item, kw_only=True):
    metadata: Metadata
    details: dict[str, bool | int | None]
    """What else is known: true or false, or a number."""
    models: list[Verdict]
    albums: list[str]
    history: list[HistoryEntry]
    live_film: str | None
    """The id of the film that is the moving half of this live photo; it is in no list."""
    live_photo: str | None
    """The id of the photo that this film is the moving half of."""
    edited_from: str | None
    edited: list[str]
    """Its edited copies."""
    replaces: str | None
    """What stood at its path before it."""
    replaced_by: str | None


def _item(image: images.Image, labels: list[Label], files: list[images.File]) -> Item:
    return Item(
        id=image.image_id,
        taken_at=image.taken_at,
        taken_at_utc=utc(image.taken_ms),
        taken_at_source=image.taken_at_source,
        width=image.width,
        height=image.height,
        categories=labels,
        files=[file.path for file in files],
        preview_url=f"/images/{image.image_id}/preview",
        original_url=f"/images/{image.image_id}/original",
    )


async def _items(views: Views, ids: list[str]) -> list[Item]:
    """In the order of `ids`."""
    found = await images.images(views, ids)
    labels, files = await images.labels(views, ids), await images.files(views, ids)
    return [_item(found[one], labels[one], files[one]) for one in ids if one in found]


@get("/api/images", summary="Photos, a page at a time")
async def list_images(
    views: NamedDependency[Views],
    category: FromQuery[str | None] = None,
    album: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    sort: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> ItemPage:
    """`q`: a search as on the page; `sort`: `-taken_at` (the default) or `taken_at`; `limit`: 1 to 500 (60)."""
    chosen = Filter(category=category or None, album=album or None, q=q or None)
    if chosen == EVERYTHING:
        chosen = TIMELINE
    number = int(limit) if limit and limit.isascii() and limit.isdigit() and len(limit) < 6 else 0
    with refusals():
        timeline.check(sort or timeline.NEWEST, number if limit else 1, chosen)
        await checked(views, chosen)
        counts = await months(views, chosen)
        found = await timeline.page(
            views,
            chosen,
            sort or timeline.NEWEST,
            after or None,
            number if limit else 60,
            total=counts.total,
        )
    items = await _items(views, [tile.image_id for tile in found.tiles])
    return ItemPage(items, found.next, counts.total)


@get("/api/images/{image_id:str}", summary="Everything about a photo")
async def one_image(
    views: NamedDependency[Views], history: NamedDependency[SkipValidation[History]], image_id: FromPath[str]
) -> Details:
    found = await photo(views, image_id)
    if found is None:
        raise NotFoundException(_("There is no such photo in the library."))
    known: dict[str, Any] = {name: getattr(found.image, name, None) for name in Metadata.__struct_fields__}
    known |= msgspec.structs.asdict(found.annotations) | {"hidden": found.hidden}
    fields: dict[str, Any] = msgspec.structs.asdict(_item(found.image, found.labels, found.files))
    for name, relative in msgspec.structs.asdict(found.belongs).items():
        fields[name] = relative.id if isinstance(relative, Relative) else relative
    fields["edited"] = [copy.id for copy in found.belongs.edited]
    return Details(
        **fields,
        metadata=Metadata(**known),
        details=found.details,
        models=found.verdicts,
        albums=[album_id for album_id, _name in found.albums],
        history=await history.of_image(views, image_id, found.mentions),
    )


@get("/api/categories", summary="Categories with the number of their photos")
async def list_categories(views: NamedDependency[Views]) -> list[Category]:
    return await categories(views)


@get("/api/albums", summary="Albums with the number of their photos")
async def list_albums(views: NamedDependency[Views]) -> list[Album]:
    return await albums(views)


@get("/api/albums/{album_id:str}", summary="One album")
async def one_album(views: NamedDependency[Views], album_id: FromPath[str]) -> Album:
    found = await album(views, album_id)
    if found is None:
        raise NotFoundException(_("There is no such album."))
    return found


@get("/api/models", summary="Classifiers")
async def list_models(views: NamedDependency[Views]) -> list[Model]:
    return await models(views)


ROUTES = [list_images, one_image, list_categories, list_albums, one_album, list_models]
