"""The pictures and films of a shared album, and all of them as a zip.

All are made by us, without metadata: pictures in at most 2048 pixels, and copies of films that hold nothing but the
coded pictures and sound. Each request asks anew whether the link is valid.
"""

from collections.abc import AsyncIterator
from typing import Any, Final

import structlog
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath
from litestar.response import Stream

from services.gateway.access.gate import Gate
from services.gateway.i18n.language import _
from services.gateway.media import shared_zip
from services.gateway.media.film_copies import FilmFile
from services.gateway.media.growing_film import GrowingFilm
from services.gateway.media.large_cache import NotKept
from services.gateway.media.originals import attachment
from services.gateway.media.viewing import Viewing
from services.gateway.media.zipnames import safe_name
from services.gateway.pages.files import from_the_start, ranged, unfinished
from services.gateway.pages.shared import HEADERS, admitted, require_shown, shared_album
from services.gateway.presentation.picture_choice import plays
from services.gateway.queries import images
from services.gateway.queries.chosen import chosen_images
from services.gateway.queries.images import Image
from services.gateway.queries.neighbours import films_of
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req
from services.gateway.workers.pool import PreviewNotWritten
from services.gateway.workers.worker_protocol import FilmCopy
from services.kernel import previews
from services.kernel.log.sqlite_log import SqliteLog

log = structlog.get_logger(__name__)

_PICTURES: Final = {"preview": Viewing.preview, "medium": Viewing.medium, "large": Viewing.large}
_COPIES: Final[dict[str, FilmCopy]] = {"film": "film", "video": "video"}
PICTURE_HEADERS: Final = {**HEADERS, "Cache-Control": "private, max-age=3600"}
"""A revoked link's pictures are in nobody's cache for long."""


@get("/s/{secret:str}/{image_id:str}/{size:str}", include_in_schema=False)
async def shared_picture(
    request: Req,
    gate: NamedDependency[Gate],
    events: NamedDependency[SqliteLog],
    viewing: NamedDependency[Viewing],
    secret: FromPath[str],
    image_id: FromPath[str],
    size: FromPath[str],
) -> Response[Any]:
    """`size`: `preview`, `medium`, `large`, `film` for what moves, `video` for the same as every browser plays it, or
    `download` where the link allows it."""
    views, match = await admitted(request, gate, events, secret)
    await require_shown(views, match, image_id)
    image = await images.image(views, image_id)
    if image is None or size not in (*_PICTURES, *_COPIES, "download"):
        raise NotFoundException(_("There is no page at this address."))
    if size == "download" and not match.downloads:
        raise NotFoundException(_("This album’s photos can’t be downloaded."))
    try:
        if size in _COPIES or (size == "download" and plays(image)):
            return await _film(request, views, viewing, image, size)
        content = await _PICTURES.get(size, Viewing.large)(viewing, image_id, image.rotation)
    except (PreviewNotWritten, NotKept) as error:
        log.warning("a shared picture can't be made", reason=str(error))
        raise ServiceUnavailableException(_("This photo can’t be shown.")) from error
    if content is None:
        raise NotFoundException(_("This photo can’t be shown."))
    headers = dict(PICTURE_HEADERS)
    if size == "download":
        headers["Content-Disposition"] = attachment(shared_zip.picture_name(image))
    return Response(previews.unmarked(content), media_type="image/jpeg", headers=headers)


async def _film(request: Req, views: Views, viewing: Viewing, image: Image, size: str) -> Response[Any]:
    """The whole of it, or one range; a video that is being made, as it is written."""
    film: FilmFile | GrowingFilm | None
    if size == "download":
        film = await _moving(views, viewing, image)
    elif size == "video" and from_the_start(request):
        source = await _source(views, image)
        film = await viewing.films.begun(source) if source else None
    else:
        film = await _copy(views, viewing, image, _COPIES[size])
    if film is None:
        raise NotFoundException(_("This video can’t be played."))
    if isinstance(film, GrowingFilm):
        return unfinished(film, dict(PICTURE_HEADERS))
    headers = PICTURE_HEADERS | {"ETag": f'"{image.image_id[:12]}-{film.size}"', "Accept-Ranges": "bytes"}
    if size == "download":
        name = shared_zip.film_name(shared_zip.picture_name(image), film)
        headers["Content-Disposition"] = attachment(name)
    return ranged(request, film.file, (0, film.size), film.media_type, headers)


async def _moving(views: Views, viewing: Viewing, image: Image) -> FilmFile | None:
    """What moves, as it is coded if browsers can play it. As `_copy`."""
    return await _copy(views, viewing, image, "film") or await _copy(views, viewing, image, "video")


async def _copy(views: Views, viewing: Viewing, image: Image, what: FilmCopy) -> FilmFile | None:
    """Of a film, a motion photo's or a live photo's; None for others, and if browsers can't play it. Raises
    PreviewNotWritten, NotKept."""
    source = await _source(views, image)
    return await viewing.films.opened(source, what) if source else None


async def _source(views: Views, image: Image) -> Image | None:
    """What moves: itself, or what lies beside a live photo."""
    if plays(image) or image.film_offset is not None:
        return image
    beside = (await films_of(views, [image.image_id])).get(image.image_id)
    film = await images.image(views, beside[0]) if beside else None
    return film if film and plays(film) else None


@get("/s/{secret:str}/download", include_in_schema=False)
async def shared_zip_file(
    request: Req,
    gate: NamedDependency[Gate],
    events: NamedDependency[SqliteLog],
    viewing: NamedDependency[Viewing],
    secret: FromPath[str],
) -> Stream:
    """All photos and videos of the album, where the link allows it."""
    views, match = await admitted(request, gate, events, secret)
    if not match.downloads:
        raise NotFoundException(_("This album’s photos can’t be downloaded."))
    ids = await chosen_images(views, Filter(album=match.album_id))
    rows = await images.images(views, ids)
    photos = [rows[one] for one in ids if one in rows]

    async def copies() -> AsyncIterator[shared_zip.Copies]:
        for photo, name in zip(photos, shared_zip.picture_names(photos), strict=True):
            now, link = await admitted(request, gate, events, secret)
            if not link.downloads:
                raise NotFoundException
            await require_shown(now, link, photo.image_id)
            large = None if plays(photo) else await viewing.large(photo.image_id, photo.rotation)
            picture = previews.unmarked(large) if large else None
            film = await _moving(now, viewing, photo)
            yield shared_zip.Copies(name=name, picture=picture, film=film)

    folder = safe_name((await shared_album(views, match)).name)
    note = _("These photos could not be opened, so they are not in this folder:")
    return Stream(
        shared_zip.zipped(folder, copies(), note),
        media_type="application/zip",
        headers={**HEADERS, "Content-Disposition": attachment(f"{folder}.zip"), "Cache-Control": "no-store"},
    )


ROUTES: Final[list[Any]] = [shared_picture, shared_zip_file]
