"""Streams a shared album as one zip, of the copies that we make: pictures in at most 2048 pixels, and films.

They are made one after the other while it is sent, so its length is not known in advance; what fails on the way aborts
it, and the browser reports a failed download. Names are dates: those of files may tell more than a picture does.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import PurePath
from typing import Final

import msgspec
from zipstream.ng import ZipStream

from services.gateway.i18n.language import _
from services.gateway.media.archive import MISSING
from services.gateway.media.film_copies import FilmFile
from services.gateway.media.originals import CHUNK, off_the_loop
from services.gateway.media.zipnames import apart
from services.gateway.presentation.picture_choice import known_at
from services.gateway.queries.images import Image

PICTURE: Final = ".jpg"
_SUFFIXES: Final = {"video/webm": ".webm"}


class Copies(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of a photo."""

    name: str
    """Of its picture."""
    picture: bytes | None
    """None for a film, and for what can't be opened."""
    film: FilmFile | None


def picture_names(photos: Sequence[Image]) -> list[str]:
    """Of their pictures in the zip: all differ, even without their suffix."""
    return apart([picture_name(photo) for photo in photos], [MISSING])


def picture_name(photo: Image) -> str:
    """`2019-07-03 14.05.22.jpg`"""
    return (known_at(photo)[:19].replace("T", " ").replace(":", ".") or _("Date unknown")) + PICTURE


def film_name(picture: str, film: FilmFile) -> str:
    return PurePath(picture).stem + _SUFFIXES.get(film.media_type, ".mp4")


async def zipped(folder: str, photos: AsyncIterator[Copies], note: str) -> AsyncIterator[bytes]:
    """`folder`: a safe name. `note`: the text above the names in MISSING.txt, of photos that can't be opened."""
    stream, missing = ZipStream(), []
    async for one in photos:
        if one.picture is not None:
            stream.add(one.picture, f"{folder}/{one.name}")
        if one.film is not None:
            stream.add(_content(one.film), f"{folder}/{film_name(one.name, one.film)}", size=one.film.size)
        if one.picture is None and one.film is None:
            missing.append(PurePath(one.name).stem)
        async for part in off_the_loop(stream.all_files()):
            yield part
    if missing:
        stream.add("\r\n".join([note, "", *missing]).encode(), f"{folder}/{MISSING}")
    async for part in off_the_loop(stream.finalize()):
        yield part


def _content(film: FilmFile) -> Iterator[bytes]:
    with film.file as file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
