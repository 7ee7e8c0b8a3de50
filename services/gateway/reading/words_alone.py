"""A file's words without its pixels, for files that an earlier version has read: nothing is decoded, and of JPEGs and
Photoshop's files only what is before the pixels is read."""

import io
import warnings
from typing import BinaryIO, Final

from PIL import Image, JpegImagePlugin, PngImagePlugin

from services.gateway.containers import jpeg
from services.gateway.reading import film, pixels, png_texts, rare, raw
from services.gateway.reading.content import format_of
from services.gateway.reading.metadata import metadata
from services.gateway.reading.photo import FileWords
from services.gateway.reading.words import Words
from services.knowledge.formats import Kind, names
from services.knowledge.suffixes import name_of

_HEAD: Final = 1 << 18
"""Bytes of a JPEG to read first; most have their pixels begin earlier."""
_JPEG: Final = b"\xff\xd8\xff"


def words_alone(file: BinaryIO, path: str, size: int) -> FileWords:
    """`path`: for its suffix. Raises pixels.Unshowable, OSError, MemoryError."""
    row = format_of(file, path)
    if row and row.kind is Kind.FILM:
        return _answer(film.tag_words(file))
    name = name_of(row, path.rpartition("/")[2]) if row else ""
    content = file.read(_HEAD)
    if name not in names(Kind.RAW) and (picture := _head(content)):
        return _of(picture)
    content += file.read(_needed(content, size) - len(content))
    if name in names(Kind.RAW):
        return _of(raw.undeveloped(content))
    return _of(pixels.opened_for_words(png_texts.texts_first(content)))


def _needed(content: bytes, size: int) -> int:
    """Bytes of the file. `content`: its beginning."""
    decoder = rare.decoder(content)
    if decoder is None:
        return size
    try:
        end = decoder.words_end(content)
    except ValueError:
        return size
    return size if end is None else max(len(content), min(end, size))


def _head(content: bytes) -> Image.Image | None:
    """A JPEG whose pixels begin in there."""
    if not content.startswith(_JPEG) or jpeg.scan_start(content) is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return JpegImagePlugin.JpegImageFile(io.BytesIO(content))
    except MemoryError:
        raise
    except Exception:  # decoders raise nearly anything
        return None


def _of(picture: Image.Image) -> FileWords:
    if isinstance(picture, PngImagePlugin.PngImageFile) and "Raw profile type exif" not in picture.info:
        picture.info.setdefault("exif", b"")  # else Pillow decodes it to look for that behind the pixels
    facts = metadata(picture)
    return FileWords(**{name: getattr(facts, name) for name in Words._fields})


def _answer(words: Words) -> FileWords:
    return FileWords(**words._asdict())
