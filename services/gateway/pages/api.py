"""The JSON API for programs. Its names are a promise: fields may be added, but never renamed or removed."""

from typing import Annotated, Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter, SkipValidation

from services.gateway.history.entries import History, HistoryEntry
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import utc
from services.gateway.presentation.faces import Face, face
from services.gateway.presentation.picture_choice import film_inside, video_of
from services.gateway.presentation.rotated import preview
from services.gateway.queries import images, timeline
from services.gateway.queries.albums import Album, album, albums
from services.gateway.queries.belonging import Relative, shown_files
from services.gateway.queries.categories import Category, categories
from services.gateway.queries.images import FileProperties, Label
from services.gateway.queries.models import Model, models
from services.gateway.queries.months import months
from services.gateway.queries.objects import Object
from services.gateway.queries.photo import photo
from services.gateway.queries.properties import Value, first_values
from services.gateway.queries.unread import Unread
from services.gateway.queries.verdicts import Verdict
from services.gateway.search.filters import EVERYTHING, TIMELINE, Filter, checked
from services.gateway.tables.pool import Views
from services.gateway.web.answer import refusals
from services.gateway.web.parameters import LAST

HISTORY: Final = 1000
LIMIT: Final = {"oneOf": [{"type": "integer", "minimum": 1, "maximum": timeline.MAX_LIMIT}, {"const": ""}]}
"""How the schema describes it; empty is as good as left out."""


class Item(msgspec.Struct, kw_only=True):
    """A photo in a list."""

    id: str
    taken_at: str
    """By the camera's clock, with the UTC offset where it is known."""
    taken_at_utc: str
    taken_at_source: str
    width: int
    height: int
    categories: list[Label]
    files: list[str]
    """Paths of its copies, then of the RAW file of the same shot."""
    preview_url: str
    original_url: str


class ItemPage(msgspec.Struct):
    items: list[Item]
    next: str | None
    """Send it as `after` for the next page; null at the end."""
    total: int


class Metadata(FileProperties, frozen=True, kw_only=True):
    title: str | None
    rating: int
    """Stars, 0 to 5."""
    favorite: bool
    archived: bool
    trashed: bool
    people: list[str]
    keywords: list[str]
    hidden: bool
    headline: str | None
    label: str | None
    """A colour."""
    creator: str | None
    copyright: str | None
    sublocation: str | None
    city: str | None
    state: str | None
    country: str | None
    keyword_paths: list[str]
    """Keywords with what they stand below: `Places|Italy|Rome`."""
    faces: list[Face]
    unread: list[Unread]
    """What its file, and the files beside it, say that could not be read."""
    properties: list[Value]
    """Every value of a title, a caption, a rating and so on, with where it is from; the one that counts first."""


class Details(Item, kw_only=True):
    metadata: Metadata
    details: dict[str, bool | int | None]
    """Further details: true or false, or a number."""
    taken_at_zone: str | None
    """The IANA time zone in which `taken_at` is given where only UTC is known."""
    taken_at_zone_guessed: bool
    """It is the computer's, not that of the photo's place."""
    models: list[Verdict]
    objects: list[Object]
    """The people and things that detectors found, the surest first."""
    albums: list[str]
    history: list[HistoryEntry]
    """Newest first: the last thousand; `/events` has all."""
    live_film: str | None
    """The id of the video that is the moving half of this live photo; it is in no list."""
    live_photo: str | None
    """The id of the photo of which this video is the moving half."""
    raw_file: str | None
    """The id of the RAW file of the same shot; it is in no list."""
    raw_photo: str | None
    """The id of the photo that is shown in place of this RAW file."""
    film_url: str | None
    """Where the film inside this motion photo is."""
    video_url: str | None
    """Where this video, or that film, is as every browser plays it."""
    edited_from: str | None
    edited: list[str]
    """Its edited copies."""
    replaces: str | None
    """The photo that was at its path before."""
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
        preview_url=preview(image.image_id, image.rotation),
        original_url=f"/images/{image.image_id}/original",
    )


async def _items(views: Views, ids: list[str]) -> list[Item]:
    """In the order of `ids`."""
    rows = await images.images(views, ids)
    labels, files = await images.labels(views, ids), await shown_files(views, ids)
    return [_item(rows[one], labels[one], files[one]) for one in ids if one in rows]


@get("/api/images", summary="Photos, a page at a time")
async def list_images(
    views: NamedDependency[Views],
    category: FromQuery[str | None] = None,
    album: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    sort: Annotated[
        str | None,
        QueryParameter(schema_extra={"enum": [timeline.NEWEST, timeline.OLDEST, timeline.ADDED, ""]}),
    ] = None,
    after: FromQuery[str | None] = None,
    limit: Annotated[str | None, QueryParameter(schema_extra=LIMIT)] = None,
) -> ItemPage:
    """`q`: a search as on the page; `sort`: `-taken_at` (the default), `taken_at` or `-added`; `limit`: 1 to 500 (60).
    Without category, album and search, these are the photos of the timeline; `q=-is:timeline` finds the others."""
    criteria = Filter(category=category or None, album=album or None, q=q or None)
    if criteria == EVERYTHING:
        criteria = TIMELINE
    sort, limit = sort or timeline.NEWEST, limit or "60"
    number = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 6 else 0
    with refusals():
        timeline.check(sort, number, criteria)
        await checked(views, criteria)
        counts = await months(views, criteria)
        batch = await timeline.page(views, criteria, sort, after or None, number, total=counts.total)
    items = await _items(views, [tile.image_id for tile in batch.tiles])
    return ItemPage(items, batch.next, counts.total)


@get("/api/images/{image_id:str}", summary="Everything about a photo")
async def one_image(
    views: NamedDependency[Views], history: NamedDependency[SkipValidation[History]], image_id: FromPath[str]
) -> Details:
    match = await photo(views, image_id)
    if match is None:
        raise NotFoundException(_("There is no such photo in the library."))
    image = match.image
    metadata: dict[str, Any] = {name: getattr(image, name) for name in FileProperties.__struct_fields__}
    metadata |= msgspec.structs.asdict(match.annotations)
    fields: dict[str, Any] = msgspec.structs.asdict(
        _item(match.image, match.labels, [*match.files, *match.raw_files])
    )
    for name, relative in msgspec.structs.asdict(match.belongs).items():
        fields[name] = relative.id if isinstance(relative, Relative) else relative
    fields["edited"] = [copy.id for copy in match.belongs.edited]
    return Details(
        **fields,
        film_url=film_inside(match.image),
        video_url=playable.video if (playable := video_of(match.image)) else None,
        metadata=Metadata(
            **(first_values(match.properties) | metadata),
            hidden=match.hidden,
            keyword_paths=match.keyword_paths,
            faces=[
                face(one, image.orientation, image.width, image.height, image.rotation)
                for one in match.regions
            ],
            unread=match.unread,
            properties=[value for values in match.properties.values() for value in values],
        ),
        details=match.details,
        taken_at_zone=match.image.zone,
        taken_at_zone_guessed=match.image.zone_guessed,
        models=match.verdicts,
        objects=match.objects,
        albums=[album_id for album_id, _name in match.albums],
        history=await history.of_image(views, image_id, match.mentions, LAST, HISTORY),
    )


@get("/api/categories", summary="Categories with the number of their photos")
async def list_categories(views: NamedDependency[Views]) -> list[Category]:
    return await categories(views)


@get("/api/albums", summary="Albums with the number of their photos")
async def list_albums(views: NamedDependency[Views]) -> list[Album]:
    return await albums(views)


@get("/api/albums/{album_id:str}", summary="One album")
async def one_album(views: NamedDependency[Views], album_id: FromPath[str]) -> Album:
    match = await album(views, album_id)
    if match is None:
        raise NotFoundException(_("There is no such album."))
    return match


@get("/api/models", summary="Classifiers")
async def list_models(views: NamedDependency[Views]) -> list[Model]:
    return await models(views)


ROUTES = [list_images, one_image, list_categories, list_albums, one_album, list_models]
