"""Downloading photos: the original, several as a zip, or the list of their paths.

A POST, because a selection may be longer than any URL; it changes nothing, and is no command.
"""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from services.domain.fields import AnyImageIds
from services.gateway.i18n.language import _, ngettext
from services.gateway.i18n.speech import explanation
from services.gateway.i18n.wording import path_name
from services.gateway.media.archive import UNCHANGED, Notes, Picture, plan, zipped
from services.gateway.media.originals import attachment, chunks, off_the_loop
from services.gateway.media.viewing import Viewing
from services.gateway.media.zipnames import safe_name
from services.gateway.queries import images
from services.gateway.queries.albums import album
from services.gateway.queries.belonging import companions
from services.gateway.queries.chosen import chosen_images
from services.gateway.queries.rotations import rotations
from services.gateway.reading.photo import Beginning
from services.gateway.reading.threads import to_photo_thread
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, unprocessable
from services.gateway.web.forms import form_of
from services.gateway.web.reasons import invalid
from services.kernel.log.ids import is_image_id
from services.kernel.paths import from_text
from services.kernel.untrusted import NotJson, decoded
from services.knowledge.formats import mime

ROOM: Final = 240
"""Bytes of a zip's name, leaving space for `.zip`."""


class Wanted(msgspec.Struct):
    images: AnyImageIds = []
    album: str | None = None
    """Its id; adds all of its photos."""
    format: str = "txt"
    """Of the list: `txt` or `csv`."""


@post("/download", status_code=HTTP_200_OK, summary="The originals of photos, several as a zip")
async def download(
    request: Req, views: NamedDependency[Views], viewing: NamedDependency[Viewing]
) -> Response[Any]:
    """JSON body `{"images": [ids], "album": id}`, or the same fields as a form. Includes the videos of live photos
    and the RAW files beside photos. MISSING.txt lists the files that are not where they were last seen. Copies of JPEGs
    say how you have rotated them, with the same pixels; NOT-ROTATED.txt lists those whose files can't."""
    ids, name = await _selection(views, await _wanted(request))
    beside = await companions(views, ids)
    ids = list(dict.fromkeys([*ids, *(other for one in ids for other in beside.get(one, []))]))
    copies = await images.files(views, ids)
    await viewing.list_archives(copy for one in ids for copy in copies[one])
    turned = {one: rotation for one, rotation in (await rotations(views)).items() if one in copies}
    beginnings = await viewing.beginnings(turned)
    if len(ids) == 1:
        return await _one(views, viewing, ids[0], copies[ids[0]], beginnings.get(ids[0], UNCHANGED))
    pictures = [Picture(copies[one], one in turned, beginnings.get(one, UNCHANGED)) for one in ids]
    planned = await to_photo_thread(plan, pictures, viewing.shelf)
    if not planned.entries:
        raise NotFoundException(
            _("None of these photos is where it was seen last. Is the disk connected? Scan to look again.")
        )
    folder = safe_name(name)
    notes = Notes(
        missing=_("These photos were not where they were seen last, so they are not in this folder:"),
        unrotated=_("You rotated these photos. Their files can’t store that, and are unchanged:"),
    )
    length, parts = zipped(planned, folder, notes, viewing.shelf)
    return Stream(
        off_the_loop(parts),
        media_type="application/zip",
        headers=_headers(f"{_cut(folder)}.zip", length),
    )


@post("/download/list", status_code=HTTP_200_OK, summary="The paths of photos")
async def download_list(request: Req, views: NamedDependency[Views]) -> Response[bytes]:
    """The fields of /download, and `format`: `txt`, one path per line, or `csv`. Of several copies, one that exists.

    A path with a line break can't be one line: the text shows it as pages do; the table holds it as it is.
    """
    wanted = await _wanted(request)
    ids, name = await _selection(views, wanted)
    copies = await images.files(views, ids)
    rows = [(copies[one][0], one) for one in ids if copies[one]]
    text, kind, suffix = io.StringIO(), "plain", "txt"
    if wanted.format == "csv":
        kind = suffix = "csv"
        writer = csv.writer(text)
        writer.writerow(("path", "size", "id"))
        writer.writerows((from_text(copy.path), copy.size, one) for copy, one in rows)
    else:
        text.writelines(f"{_line(copy.path)}\n" for copy, _id in rows)
    return Response(
        text.getvalue().encode("utf-8", "surrogateescape"),
        media_type=f"text/{kind}",
        headers=_headers(f"{_cut(safe_name(name))}.{suffix}"),
    )


async def _one(
    views: Views, viewing: Viewing, image_id: str, copies: list[images.File], beginning: Beginning
) -> Response[Any]:
    image = await images.image(views, image_id)
    source = await viewing.copy(copies)
    if image is None or source is None:
        raise NotFoundException(
            _("No copy of this photo is where it was seen last. Is its disk connected? Scan to look again.")
        )
    file, copy = source
    rest = copy.size - beginning.replaces
    return Stream(
        _after(beginning.content, chunks(file, beginning.replaces, rest)),
        media_type=mime(image.format),
        headers=_headers(safe_name(copy.name), len(beginning.content) + rest),
    )


async def _after(beginning: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if beginning:
        yield beginning
    async for part in rest:
        yield part


def _headers(name: str, length: int | None = None) -> dict[str, str]:
    size = {} if length is None else {"Content-Length": str(length)}
    return size | {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}


async def _wanted(request: Req) -> Wanted:
    """Raises 422."""
    try:
        if request.content_type[0] in ("application/x-www-form-urlencoded", "multipart/form-data"):
            form = await form_of(request)
            fields: dict[str, Any] = {name: form[name] for name in ("album", "format") if form.get(name)}
            values = [value for value in form.getall("images", []) if isinstance(value, str)]
            fields["images"] = [one for value in values for one in value.split(",") if one]
            return msgspec.convert(fields, Wanted)
        return decoded(await request.body() or b"{}", Wanted)
    except msgspec.ValidationError as error:
        raise unprocessable(explanation(invalid(error))) from error
    except NotJson as error:
        raise unprocessable(_("The body is not JSON, or nested too deeply.")) from error


async def _selection(views: Views, wanted: Wanted) -> tuple[list[str], str]:
    """The existing photos' ids, each once, and a name for the download. Raises 404 and 422."""
    ids = list(dict.fromkeys(wanted.images))
    if wanted.album is None and not ids:
        raise unprocessable(_("Select photos first."))
    if not all(map(is_image_id, ids)):
        raise unprocessable(_("“images” is a list of photos’ ids, “album” an album’s id."))
    rows = await images.images(views, ids)
    ids = [one for one in ids if one in rows]
    name = ""
    if wanted.album is not None:
        match = await album(views, wanted.album)
        if match is None:
            raise NotFoundException(_("There is no such album."))
        ids = list(dict.fromkeys([*ids, *await chosen_images(views, Filter(album=wanted.album))]))
        name = match.name
    if not ids:
        raise NotFoundException(_("There are no such photos in the library."))
    return ids, name or ngettext("%(num)s photo", "%(num)s photos", len(ids))


def _cut(name: str) -> str:
    return name.encode()[:ROOM].decode("utf-8", "ignore")


def _line(path: str) -> str:
    whole = from_text(path)
    return path_name(path) if len(whole.splitlines()) > 1 or whole.endswith("\n") else whole


ROUTES = [download, download_list]
