"""Previews and originals. Their URLs contain the content's hash, and how a person has rotated it, so browsers may cache
them forever."""

from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO, Final, NamedTuple

import structlog
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_206_PARTIAL_CONTENT,
    HTTP_304_NOT_MODIFIED,
    HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
)

from services.gateway.i18n.language import N_, _
from services.gateway.i18n.speech import explanation
from services.gateway.media.byterange import Unsatisfiable, requested
from services.gateway.media.growing_film import GrowingFilm, growing
from services.gateway.media.large_cache import NotKept
from services.gateway.media.originals import attachment, chunks
from services.gateway.media.viewing import Viewing
from services.gateway.media.zipnames import safe_name
from services.gateway.presentation.picture_choice import video_of
from services.gateway.queries import images
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, unprocessable
from services.gateway.workers.pool import PreviewNotWritten
from services.kernel.log.ids import is_image_id
from services.knowledge.formats import MOTION_MIME, mime
from services.knowledge.rotations import NONE, ROTATIONS

log = structlog.get_logger(__name__)


_FROM_THE_START: Final = "bytes=0-"
_UNFINISHED: Final = {"X-Content-Type-Options": "nosniff"}


def _headers(etag: str, lasting: bool = True) -> dict[str, str]:
    return {
        "Cache-Control": "private, max-age=31536000, immutable" if lasting else "private, no-cache",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }


def _cached(request: Req, etag: str) -> bool:
    return etag in request.headers.get("If-None-Match", "")


class _Size(NamedTuple):
    name: str
    """The last part of its URL, whose first letter sets its ETag apart."""
    summary: str
    description: str
    load: Callable[[Viewing, str, int], Awaitable[bytes | None]]
    missing: str
    """The 404's text when there is no such picture."""


_AWAY: Final = N_("No copy of this photo is where it was seen last. Is its disk connected?")
_SIZES: Final = (
    _Size(
        "preview",
        "A photo at 512 pixels",
        "`rotation`: of the upright picture, as EXIF's Orientation counts; default: as a person has rotated it.",
        Viewing.preview,
        N_("This photo has no preview, and no copy to create one from."),
    ),
    _Size(
        "medium",
        "A photo at up to 1024 pixels",
        "For grids on sharp screens; made when somebody first asks. `rotation`: as of the preview.",
        Viewing.medium,
        _AWAY,
    ),
    _Size(
        "large",
        "A photo at up to 2048 pixels",
        "`rotation`: as of the preview.",
        Viewing.large,
        _AWAY,
    ),
    _Size(
        "whole",
        "A photo in all its pixels",
        "A JPEG, for photos whose file lies otherwise than they are shown. `rotation`: as of the preview.",
        Viewing.whole,
        _AWAY,
    ),
)


def _picture(size: _Size) -> HTTPRouteHandler:
    """The route of a photo as a JPEG of this size."""

    @get(
        f"/images/{{image_id:str}}/{size.name}",
        summary=size.summary,
        description=size.description,
        media_type="image/jpeg",
    )
    async def picture(
        request: Req,
        viewing: NamedDependency[Viewing],
        image_id: FromPath[str],
        rotation: FromQuery[int | None] = None,
    ) -> Response[bytes]:
        """503 if the fault is not the photo's, but the disk's or the machine's."""
        if not is_image_id(image_id):
            raise NotFoundException(_("There is no such photo in the library."))
        if rotation is not None and rotation not in ROTATIONS:
            raise unprocessable(_("“rotation” is a number from 1 to 8, as in EXIF."))
        lies = rotation or await viewing.rotation(image_id)
        etag = f'"{image_id}-{size.name[0]}{"" if lies == NONE else lies}"'
        headers = _headers(etag, lasting=lies == NONE or rotation is not None)
        if _cached(request, etag):
            return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
        try:
            content = await size.load(viewing, image_id, lies)
        except PreviewNotWritten as error:
            log.warning("a picture can't be made", reason=str(error))
            raise ServiceUnavailableException(explanation(error)) from error
        if content is None:
            raise NotFoundException(_(size.missing))
        return Response(content, media_type="image/jpeg", headers=headers)

    return picture


@get("/images/{image_id:str}/original", summary="A photo as it lies in its folder")
async def original(
    request: Req, views: NamedDependency[Views], viewing: NamedDependency[Viewing], image_id: FromPath[str]
) -> Response[Any]:
    """The whole file, or one range of it (206; 416 when the file has no such bytes)."""
    image = await images.image(views, image_id) if is_image_id(image_id) else None
    if image is None:
        raise NotFoundException(_("There is no such photo in the library."))
    etag = f'"{image_id}-o"'
    headers = _headers(etag) | {"Accept-Ranges": "bytes"}
    if _cached(request, etag):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    copies = (await images.files(views, [image_id]))[image_id]
    source = await viewing.copy(copies)
    if source is None:
        raise NotFoundException(
            _("No copy of this photo is where it was seen last. Is its disk connected? Scan to look again.")
        )
    file, copy = source
    headers["Content-Disposition"] = attachment(safe_name(copy.name), "inline")
    return ranged(request, file, (0, copy.size), mime(image.format), headers)


@get("/images/{image_id:str}/film", summary="The film inside a motion photo", media_type=MOTION_MIME)
async def film(
    request: Req, views: NamedDependency[Views], viewing: NamedDependency[Viewing], image_id: FromPath[str]
) -> Response[Any]:
    """An MP4; the whole of it, or one range (206; 416 when it has no such bytes)."""
    image = await images.image(views, image_id) if is_image_id(image_id) else None
    if image is None or image.film_offset is None or image.film_size is None:
        raise NotFoundException(_("There is no video inside this photo."))
    etag = f'"{image_id}-f-{image.film_offset}"'
    headers = _headers(etag) | {"Accept-Ranges": "bytes"}
    if _cached(request, etag):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    copies = (await images.files(views, [image_id]))[image_id]
    file = await viewing.film(copies, image.film_offset, image.film_size)
    if file is None:
        raise NotFoundException(
            _("No copy of this photo is where it was seen last. Is its disk connected? Scan to look again.")
        )
    return ranged(request, file, (image.film_offset, image.film_size), MOTION_MIME, headers)


@get("/images/{image_id:str}/video", summary="A video as every browser plays it", media_type=MOTION_MIME)
async def video(
    request: Req, views: NamedDependency[Views], viewing: NamedDependency[Viewing], image_id: FromPath[str]
) -> Response[Any]:
    """An MP4 of H.264 and AAC, up to 1280 pixels if it had to be coded anew; of a motion photo, the film inside. Made
    when somebody first asks, which takes half as long as to watch it, or as long in 4K, and cached. The whole of it, or
    one range; while it is made, the whole of it comes as it is written, without a length, and other ranges wait."""
    image = await images.image(views, image_id) if is_image_id(image_id) else None
    if image is None or video_of(image) is None:
        raise NotFoundException(_("There is no such video in the library."))
    etag = f'"{image_id}-v"'
    headers = _headers(etag) | {"Accept-Ranges": "bytes"}
    if _cached(request, etag):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    try:
        if from_the_start(request):
            copy = await viewing.films.begun(image)
        else:
            copy = await viewing.films.opened(image, "video")
    except PreviewNotWritten as error:
        log.warning("a video can't be made", reason=str(error))
        raise ServiceUnavailableException(explanation(error)) from error
    except NotKept as error:
        log.warning("a video can't be kept", reason=str(error))
        raise ServiceUnavailableException(
            _("This video can’t be converted: there is no room for it.")
        ) from error
    if copy is None:
        raise NotFoundException(_("This video can’t be played."))
    if isinstance(copy, GrowingFilm):
        return unfinished(copy, _UNFINISHED)
    return ranged(request, copy.file, (0, copy.size), copy.media_type, headers)


def from_the_start(request: Req) -> bool:
    """Whether it asks for the whole, as players do at first."""
    return request.headers.get("Range", _FROM_THE_START) == _FROM_THE_START


def unfinished(film: GrowingFilm, headers: dict[str, str]) -> Stream:
    """A video while it is being made, which nobody is to keep. Closes the file."""
    return Stream(growing(film), media_type=film.media_type, headers=headers | {"Cache-Control": "no-store"})


def ranged(
    request: Req, file: BinaryIO, place: tuple[int, int], media_type: str, headers: dict[str, str]
) -> Response[Any]:
    """The bytes, or one range of them. `place`: offset and size of what the URL stands for. Closes the file."""
    offset, size = place
    etag = headers["ETag"]
    try:
        header = request.headers.get("Range") if request.headers.get("If-Range", etag) == etag else None
        part = requested(header, size)
    except Unsatisfiable:
        file.close()
        headers |= {"Content-Range": f"bytes */{size}"}
        return Response(b"", status_code=HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    start, end = part or (0, size)
    headers |= {"Content-Length": str(end - start)}
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(
        chunks(file, offset + start, end - start),
        status_code=HTTP_206_PARTIAL_CONTENT if part else HTTP_200_OK,
        media_type=media_type,
        headers=headers,
    )


ROUTES = [*map(_picture, _SIZES), original, film, video]
