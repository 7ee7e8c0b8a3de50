"""A picture's words: its description, keywords, people and stars, from XMP, IPTC, EXIF and a PNG's texts.

The first description that a person wrote counts; keywords are those of all blocks together, as programs differ in which
they write (Metadata Working Group, Guidelines for Handling Image Metadata 2.0; Microsoft, photo metadata policies).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from PIL import ExifTags, Image

from services.gateway.reading.charsets import tag_text, user_comment, windows_text
from services.gateway.reading.iptc import LONGEST_KEYWORD, Iptc
from services.gateway.sidecars import facts
from services.gateway.sidecars.facts import PictureFacts
from services.gateway.sidecars.keywords import SEPARATOR, keywords

Base = ExifTags.Base
_Tags = Mapping[int, Any]
TAGS: Final = (
    *(Base.ImageDescription, Base.XPTitle, Base.XPComment, Base.XPSubject, Base.XPKeywords),
    *(Base.Rating, Base.RatingPercent),
)
"""In EXIF's first directory."""
_BYTES_OF_A_LETTER: Final = 4
"""At most, in UTF-8."""


class Words(NamedTuple):
    """As in `ImageImported`."""

    description: str | None
    keywords: list[str]
    keyword_paths: list[str]
    people: list[str]
    stars: int | None


def words(picture: Image.Image, main: _Tags, details: _Tags, archive: Iptc, extra: PictureFacts) -> Words:
    """`main` and `details`: EXIF's first directory, and its own; `extra`: from XMP."""
    big = bool(details) and picture.getexif().endian == ">"
    descriptions = (
        *(extra.description, archive.caption, tag_text(main.get(Base.ImageDescription))),
        *(windows_text(main.get(Base.XPComment)), user_comment(details.get(Base.UserComment), big)),
        *(tag_text(picture.info.get(name)) for name in ("Description", "Comment")),
    )
    headlines = (
        *(extra.headline, *archive.headlines, windows_text(main.get(Base.XPTitle))),
        *(windows_text(main.get(Base.XPSubject)), tag_text(picture.info.get("Title"))),
    )
    others = [*archive.keywords, *(windows_text(main.get(Base.XPKeywords)) or "").split(";")]
    flat = _whole([*extra.keywords, *others][: 2 * facts.MOST_KEYWORDS])
    merged = keywords(flat, (path.split(SEPARATOR) for path in extra.keyword_paths))
    camera = _camera(main)
    stars = extra.stars
    if stars is None:
        stars = facts.stars(main.get(Base.Rating), main.get(Base.RatingPercent))
    return Words(
        description=facts.description(
            *(text for text in (*descriptions, *headlines) if text and _compared(text) not in camera)
        ),
        keywords=merged.keywords,
        keyword_paths=merged.keyword_paths,
        people=extra.people,
        stars=stars or None,  # programs and cameras write 0 where nobody has rated
    )


def _camera(main: _Tags) -> frozenset[str]:
    """Its make, its model, and both: many cameras write them where a description belongs."""
    make, model = (_compared(tag_text(main.get(tag))) for tag in (Base.Make, Base.Model))
    return frozenset((make, model, f"{make} {model}"))


def _compared(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _whole(flat: list[str]) -> Iterator[str]:
    """Without those that IPTC's limit has cut off, if they are there as a whole."""
    for word in flat:
        long = len(word.encode("utf-8", "replace")) > LONGEST_KEYWORD - _BYTES_OF_A_LETTER
        if not (long and any(other != word and other.startswith(word) for other in flat)):
            yield word
