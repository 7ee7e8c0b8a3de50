"""Translations of stored English: names of built-in categories, and reasons why a file can't be shown.

The read tables have names and the log has reasons as they were written; a renamed category is no longer translated.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, Protocol, TypeVar

from services.domain.exports import reasons
from services.gateway.i18n.catalogues import LANGUAGES, N_, catalogue, everywhere
from services.gateway.i18n.language import message, reading_order
from services.knowledge import coco, taxonomy
from services.knowledge.synonyms import normal


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Category = TypeVar("_Category", bound=_Named)
REASONS: Final = (
    N_("The file is empty."),
    *reasons.REASONS,
    N_("There is no film at this place of the file."),
    N_("The file can't be read: %(why)s."),
    N_("The file is larger than %(size)s MB."),
    N_("The file ends too early: part of the picture is missing."),
    N_("The file holds nothing but zeros."),
    N_("The picture's header is damaged (%(why)s)."),
    N_("The picture is damaged: its header can't be read."),
    N_("The picture is damaged (%(why)s)."),
    N_("The picture claims %(width)s × %(height)s pixels, which is more than can be real."),
    N_("The picture needs more memory than it may have."),
    N_("The file can't say how it is rotated."),
    N_("The file holds only layers: save it with “Maximize compatibility” to see it here."),
    N_("The picture could not be opened (%(why)s)."),
    N_("The film is damaged, was cut off, or is of a kind that can't be read (%(why)s)."),
    N_("The film claims %(width)s × %(height)s pixels, which is more than can be real."),
    N_("There is only sound in this file: it has no picture."),
    N_("The RAW file is damaged, or of a camera that isn't known yet (%(why)s)."),
    N_("The RAW file holds no preview, and its %(width)s × %(height)s pixels are too many to develop here."),
    N_("This kind of file (a film, or a picture in a newer format) can't be shown yet."),
    N_("Albumen can't show %(what)s yet."),
    N_("This is %(what)s, not a picture."),
    N_("This is not a picture, whatever its name says."),
    N_("This JSON file is larger than 4 MB, so it describes no photo."),
    N_("This JSON file is nested too deeply to be read."),
    N_("This JSON file is damaged or cut off."),
    N_("This JSON file holds no description of a photo."),
    N_("This JSON file describes no photo."),
    N_("This XMP file is nested too deeply or has too many parts."),
    N_("This XMP file is larger than 4 MB."),
    N_("This XMP file declares entities or a document type, which is not read."),
    N_("This XMP file is damaged or cut off."),
    N_("This XMP file holds no description of a photo."),
    N_("The photo's own notes (XMP) could not be read: %(why)s."),
    N_("Part of the photo's own notes (XMP) could not be read: %(why)s."),
    N_("What the camera wrote (EXIF) could not be read, or not all of it: it is damaged or cut off."),
    N_(
        "The photo's captions and keywords (IPTC) could not be read, or not all of them: they are damaged or cut off."
    ),
    N_(
        "What the camera wrote (EXIF) or the photo's own notes (XMP) are packed in a way that can't be read (Brotli)."
    ),
    N_("Some of the texts in the PNG file could not be read: they are damaged or too large."),
    N_("The caption is longer than 10,000 characters. What follows them was left out."),
    N_(
        "A title, or another text of one line, is longer than 1,000 characters. What follows them was left out."
    ),
    N_("The title is longer than 500 characters. What follows them was left out."),
    N_("A keyword, or a person’s name, is longer than 200 characters. What follows them was left out."),
    N_("The photo has more than 200 keywords. The others were left out."),
    N_("A keyword stands below more than 15 others. The topmost ones were left out."),
    N_("More than 100 people are named. The others were left out."),
    N_("More than 100 faces are marked. The others were left out."),
    N_("An album’s name is longer than 200 characters. What follows them was left out."),
    N_("The photo is in more than 200 albums. The others were left out."),
    N_("It took longer than %(seconds)s s to open: it may be damaged."),
    N_("The program that opens photos came to its end twice over it."),
    N_("The program that opens photos was ended from outside each time. The next scan tries again."),
    N_("Albumen stumbled over this file; its log has the details."),
    N_("This can't be read: %(why)s. Let your account read it (chmod u+rX), then look again."),
    N_("The folder %(folder)s can't be read: %(why)s."),
    N_(
        "Some members of the archive are passed over: their names are no names of files, or are there twice (%(name)s)."
    ),
    N_(
        "The archive is damaged or cut off: some or all of its members can't be read. Copy or download it again."
    ),
    N_("The archive has more than %(most)s members: unpack it to see its photos."),
    N_("The archive claims to hold far more than can be real."),
    N_("The archive is one of several volumes: unpack it to see its photos."),
    N_("The archive is of another kind than its name says: unpack it to see its photos."),
    N_("The archive is encrypted: unpack it to see its photos."),
    N_("Albumen doesn’t import from archives: unpack it, then import the folder."),
    N_("This is not an archive, whatever its name says."),
    N_("It is encrypted in its archive: unpack it to see it here."),
    N_("It is packed in its archive in a way that can't be read (%(method)s): unpack it to see it here."),
    N_("It is only a link in its archive: unpack it to see it here."),
    N_("It is damaged in its archive, or the archive is cut off."),
    N_("The folder %(folder)s was taken away, or exchanged, while it was looked at."),
    N_("%(gone)s of %(all)s photos in %(folder)s are not there. Is a disk not connected?"),
    N_("It was changed, is incomplete, or was not written by this Albumen."),
    N_("It is of a script that is older than %(days)s days."),
    N_("It is too large."),
    N_("It was read before."),
    N_("The classifier stopped %(times)s times while it worked on this photo."),
    N_("It is a file of a program that Albumen can’t import from."),
    N_("It says something that Albumen can’t hold."),
    N_("There is no such file or folder."),
    N_("Albumen can’t import from a file of this name."),
    N_("There are more than 500,000 files to import: give the folders below it one by one."),
    N_("No photo in the library has this name."),
    N_("Several photos in the library have this name, and it can’t be told which is meant."),
    N_("A photo has this name, but it lies in another folder, and was perhaps taken at another time."),
    N_("This file is about more than 200,000 photos."),
    N_("This line is damaged or cut off."),
    N_("A newer Albumen wrote this list: update this one first."),
    N_("Its program has it open, or was not closed properly: close it, then import again."),
    N_("This .picasa.ini is damaged: there is no section in it."),
    N_("This YAML file refers to parts of itself, which is not read."),
    N_("This YAML file is nested too deeply to be read."),
    N_("This YAML file is damaged or cut off."),
    N_("It is about an album, whose photos PhotoPrism names only by its own numbers."),
    N_("Some photos of this album are not in the library, or the files about them are not here."),
    N_("A category and a group can’t have the same name: rename the one that is here, then import again."),
    N_("Others kept changing the same photos: import again when they have finished."),
    N_("There is no file in this folder that Albumen can import from."),
    N_("Folders that lie this deep are not looked into."),
    N_("This is no SQLite database, whatever its name says."),
    N_("This digiKam database is of a version that Albumen doesn’t know: it reads 5 to 16."),
    N_("This digiKam database is damaged, or not one of digiKam’s."),
    N_("The photo's preview is no preview: scan again."),
    N_("The photo's preview is damaged (it is no JPEG): scan again."),
    N_("The photo's preview is damaged: scan again."),
    N_("The photo's preview is damaged (%(why)s): scan again."),
    N_("The photo's preview can't be read (%(why)s)."),
    N_("Previews can't be written to %(folder)s: %(why)s."),
    N_("Videos can't be copied to %(folder)s: %(why)s."),
    N_("The program that opens photos does not start (%(why)s): is memory left, is the set-up whole?"),
)
"""With placeholders, whose values were written by an operating system or a decoder, or are among PARTS."""
PARTS: Final = (
    N_("Permission denied"),
    N_("Input/output error"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Disk quota exceeded"),
    N_("Stale file handle"),
    N_("Transport endpoint is not connected"),
    N_("Connection timed out"),
    N_("Cannot allocate memory"),
    N_("Too many open files"),
    N_("File too large"),
    N_("it ends at once"),
    N_("it is never ready"),
    N_("there is nothing in it"),
    N_("its pictures are coded in an unknown way"),
    N_("no picture can be decoded"),
    N_("JPEG XL pictures"),
    N_("JPEG XR pictures"),
    N_("Photoshop files"),
    N_("GIMP files"),
    N_("drawings (SVG)"),
    N_("a program's icon"),
    N_("a PDF"),
    N_("a sound recording"),
    N_("its content makes no sense"),
    N_("they are damaged, cut off or wrongly encoded"),
    N_("they are larger than 4 MB"),
    N_("they declare entities or a document type"),
    N_("they are nested too deeply or have too many parts"),
)


@cache
def names() -> frozenset[str]:
    """Of the built-in categories, groups and kinds."""
    return frozenset(category.name for category in taxonomy.load().categories.values())


def named(name: str) -> str:
    """A category's name: translated if built in, otherwise as a person wrote it."""
    return message(name) if name in names() else name


def object_name(label: str) -> str:
    """Of what a detector found, translated; a class that isn't known stays as it is."""
    return message(coco.NAME_OF.get(label, label))


def in_order(categories: Iterable[_Category]) -> list[_Category]:
    """By the names that the page shows."""
    return sorted(categories, key=lambda one: reading_order(named(one.name)))


def called(name: str) -> tuple[str, ...]:
    """The names that a category is found by: its own; for a built-in one, in all languages."""
    return everywhere(name) if name in names() else (name,)


@cache
def builtin_phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The words of names that have several, in all languages, as synonyms are compared; by the first of them."""
    phrases: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in {tuple(normal(one).split()) for name in names() for one in everywhere(name)}:
        if len(phrase) > 1:
            phrases[phrase[0]] = (*phrases.get(phrase[0], ()), phrase)
    return phrases


@cache
def called_in(name: str) -> tuple[tuple[str, str], ...]:
    """(language, name) in each language; a category's own name may be of any."""
    builtin = name in names()
    return tuple((code, catalogue(code).gettext(name) if builtin else name) for code in LANGUAGES)


def reason(text: str) -> str:
    """Translated; a reason that is not among REASONS stays as it is."""
    template, values = _recognised(text)
    parts = {name: message(value) if value in PARTS else value for name, value in values}
    return message(template) % parts if parts else message(template)


@lru_cache(maxsize=1024)
def _recognised(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    for template, parts in _templates():
        if (values := _values(text, parts)) is not None:
            return template, tuple(zip(parts[1::2], values, strict=True))
    return text, ()


def _values(text: str, parts: list[str]) -> list[str] | None:
    """What stands in the places of the names among `parts`, at least one character each; None if the rest differs. As
    early as possible and not with a regular expression, which takes for ever on names of folders made for that."""
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return [] if text == first else None
    if not (text.startswith(first) and text.endswith(last)):
        return None
    values, at, end = [], len(first), len(text) - len(last)
    for literal in parts[2:-1:2]:
        begins = text.find(literal, at + 1, end)
        if begins < 0:
            return None
        values.append(text[at:begins])
        at = begins + len(literal)
    return [*values, text[at:end]] if at < end else None


@cache
def _templates() -> list[tuple[str, list[str]]]:
    """Each with its literal parts and the names between them, in turn."""
    return [(template, re.split(r"%\((\w+)\)s", template)) for template in REASONS]
