"""A file's words: its properties (title, caption, …), keywords, people and stars, from XMP, IPTC, EXIF, a PNG's texts
and the comments of JPEG and GIF.

Each property has every different value with the block that it is from, in the order of trust of
`knowledge.precedence`; keywords are those of all blocks together, as programs differ in which they write (Metadata
Working Group, Guidelines for Handling Image Metadata 2.0; Microsoft, photo metadata policies).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from PIL import ExifTags, Image

from services.domain.photos.keywords import SEPARATOR
from services.domain.photos.properties import PhotoProperty, Region
from services.gateway.containers.charsets import tag_text, user_comment, windows_text
from services.gateway.containers.iptc import LIMITS, LONGEST_KEYWORD, Iptc
from services.gateway.sidecars import facts, limits
from services.gateway.sidecars.facts import PictureFacts
from services.gateway.sidecars.keywords import keywords
from services.knowledge import precedence
from services.knowledge.precedence import CAPTION, HEADLINE, PROPERTIES, RATING, TITLE

Base = ExifTags.Base
_Tags = Mapping[int, Any]
_TEXTS: Final = (
    *((CAPTION, Base.ImageDescription, tag_text), (CAPTION, Base.XPComment, windows_text)),
    *((TITLE, Base.XPTitle, windows_text), (HEADLINE, Base.XPSubject, windows_text)),
    *((precedence.CREATOR, Base.Artist, tag_text), (precedence.CREATOR, Base.XPAuthor, windows_text)),
    (precedence.COPYRIGHT, Base.Copyright, tag_text),
)
"""Property -> tag of EXIF's first directory and how to read it, likeliest first."""
TAGS: Final = (*(tag for _, tag, _ in _TEXTS), Base.XPKeywords, Base.Rating, Base.RatingPercent)
_OTHERS: Final = (
    *((TITLE, "Title"), (CAPTION, "Description"), (CAPTION, "Comment")),
    *((precedence.CREATOR, "Author"), (precedence.COPYRIGHT, "Copyright")),
    (CAPTION, "comment"),
)
"""Property -> key of a picture's `info`: a PNG's texts, and the comment of a JPEG or GIF."""
_BYTES_OF_A_LETTER: Final = 4
"""At most, in UTF-8."""
_UNRATED: Final = "0"


class Words(NamedTuple):
    """As in `ImageImported`."""

    description: str | None
    keywords: list[str]
    keyword_paths: list[str]
    people: list[str]
    stars: int | None
    properties: list[PhotoProperty]
    regions: list[Region]
    unread: list[str]


def words(
    picture: Image.Image, main: _Tags, details: _Tags, archive: Iptc, extra: PictureFacts, *, big: bool
) -> Words:
    """`main` and `details`: EXIF's first directory, and its own; `big`: its byte order; `extra`: from XMP."""
    stars = facts.stars(main.get(Base.Rating), main.get(Base.RatingPercent))
    exif = (
        *((name, read(main.get(tag))) for name, tag, read in _TEXTS),
        (CAPTION, user_comment(details.get(Base.UserComment), big)),
        (RATING, None if stars is None else str(stars)),
    )
    camera = _camera(main)
    blocks = {
        "xmp": [(one.name, one.value) for one in extra.properties],
        "iptc": archive.texts,
        "exif": [(name, text) for name, text in exif if text and _compared(text) not in camera],
        "text": [(name, tag_text(picture.info.get(key))) for name, key in _OTHERS],
    }
    others = [*archive.keywords, *(windows_text(main.get(Base.XPKeywords)) or "").split(";")]
    return together(blocks, extra, others, precedence.EDITED_IPTC if archive.edited else precedence.BLOCKS)


def together(
    blocks: Mapping[str, Iterable[tuple[str, Any]]],
    extra: PictureFacts,
    others: Sequence[str],
    order: Sequence[str] = precedence.BLOCKS,
) -> Words:
    """`blocks`: block -> names of properties with what may be their text, likeliest first. `extra`: from XMP. `others`:
    keywords from elsewhere."""
    flat = list(dict.fromkeys([*extra.keywords, *others]))[: 2 * (facts.MOST_KEYWORDS + 1)]
    merged = keywords(_whole(flat), (path.split(SEPARATOR) for path in extra.keyword_paths))
    held = limits.within_limits(
        PictureFacts(
            **merged._asdict(),
            people=extra.people,
            regions=extra.regions,
            properties=list(_different(blocks, order)),
            unread=extra.unread,
        )
    )
    best = {one.name: one.value for one in reversed(held.properties)}
    return Words(
        description=best.get(CAPTION) or best.get(HEADLINE) or best.get(TITLE),
        keywords=held.keywords,
        keyword_paths=held.keyword_paths,
        people=held.people,
        stars=int(best.get(RATING, _UNRATED)) or None,  # programs and cameras write 0 where nobody has rated
        properties=held.properties,
        regions=held.regions,
        unread=held.unread,
    )


def _different(
    blocks: Mapping[str, Iterable[tuple[str, Any]]], order: Sequence[str]
) -> Iterator[PhotoProperty]:
    """By property, and for each by trust, without those that say the same."""
    values = [one for block in order for one in facts.property_values(blocks.get(block, ()), block)]
    for name in PROPERTIES:
        mine = [one for one in values if one.name == name]
        if name == RATING and all(one.value == _UNRATED for one in mine):
            continue
        for number, one in enumerate(mine):
            if not any(_says_the_same(one, other) for other in mine[:number]):
                yield one


def _says_the_same(one: PhotoProperty, other: PhotoProperty) -> bool:
    """In other words of space, or as far as IPTC's limit lets it."""
    text, whole = _compared(one.value), _compared(other.value)
    long = len(one.value.encode()) > LIMITS.get(one.name, 10**6) - _BYTES_OF_A_LETTER
    return text == whole or (one.block == "iptc" and long and whole.startswith(text))


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
