"""Previews and originals. Their URLs contain the content's hash, so browsers may cache them forever."""

from collections.abc import Awaitable, Callable
from typing import Any, BinaryIO

import structlog
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_206_PARTIAL_CONTENT,
    HTTP_304_NOT_MODIFIED,
    HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
)

from services.gateway.i18n.language import _
from services.gateway.i18n.speech import explanation
from services.gateway.media.byterange import Unsatisfiable, requested
from services.gateway.media.originals import attachment, chunks
from services.gateway.media.viewing import Viewing
from services.gateway.media.zipnames import safe_name
from services.gateway.queries import images
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req
from services.gateway.workers.pool import PreviewNotWritten
from services.kernel.log.ids import is_image_id
from services.knowledge.formats import MOTION_MIME, mime

log = structlog.get_logger(__name__)


def _headers(etag: str) -> dict[str, str]:
    return {
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }


def _cached(request: Req, etag: str) -> bool:
    return etag in request.headers.get("If-None-Match", "")


async def _jpeg(
    request: Req, image_id: str, size: str, load: Callable[[str], Awaitable[bytes | None]], missing: str
) -> Response[bytes]:
    """A rendition of a photo. `size` sets its ETag apart; `missing` is the 404's text when there is no rendition. 503
    if the fault is not the photo's, but the disk's or the machine's."""
    if not is_image_id(image_id):
        raise NotFoundException(_("There is no such photo in the library."))
    etag = f'"{image_id}-{size}"'
    if _cached(request, etag):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=_headers(etag))
    try:
        content = await load(image_id)
    except PreviewNotWritten as error:
        log.warning("a picture can't be made", reason=str(error))
        raise ServiceUnavailableException(explanation(error)) from error
    if content is None:
        raise NotFoundException(missing)
    return Response(content, media_type="image/jpeg", headers=_headers(etag))


@get("/images/{image_id:str}/preview", summary="A photo at 512 pixels", media_type="image/jpeg")
async def preview(
    request: Req, viewing: NamedDependency[Viewing], image_id: FromPath[str]
) -> Response[bytes]:
    missing = _("There is no preview of this photo, and no copy to make it of.")
    return await _jpeg(request, image_id, "p", viewing.preview, missing)


@get("/images/{image_id:str}/large", summary="A photo at up to 2048 pixels", media_type="image/jpeg")
async def large(request: Req, viewing: NamedDependency[Viewing], image_id: FromPath[str]) -> Response[bytes]:
    missing = _("No copy of this photo is where it was seen last. Is its disk connected?")
    return await _jpeg(request, image_id, "l", viewing.large, missing)


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
        raise NotFoundException(_("There is no film inside this photo."))
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


ROUTES = [preview, large, original, film]
