"""A film's words: the tags of its container, and its packet of XMP.

Sources: QuickTime File Format (Apple), metadata keys and user data; FFmpeg's names of tags.
"""

from collections.abc import Mapping
from typing import Final

from services.gateway.reading.embedded_xmp import embedded_facts
from services.gateway.reading.words import Words, together
from services.gateway.sidecars import facts
from services.knowledge.precedence import CAPTION, COPYRIGHT, CREATOR, RATING, TITLE

_APPLE: Final = "com.apple.quicktime."
_TEXTS: Final = (
    *((TITLE, f"{_APPLE}title"), (TITLE, f"{_APPLE}displayname"), (TITLE, "title"), (TITLE, "wm/title")),
    *((CAPTION, f"{_APPLE}description"), (CAPTION, "description"), (CAPTION, "synopsis")),
    *((CAPTION, f"{_APPLE}comment"), (CAPTION, "comment")),
    *((CREATOR, f"{_APPLE}author"), (CREATOR, f"{_APPLE}artist"), (CREATOR, "artist"), (CREATOR, "author")),
    *((COPYRIGHT, f"{_APPLE}copyright"), (COPYRIGHT, "copyright")),
)
"""Property -> FFmpeg's name of a tag, likeliest first."""
_KEYWORDS: Final = (f"{_APPLE}keywords", "keywords", "wm/category")
_RATING: Final = f"{_APPLE}rating.user"
_PERCENT: Final = "wm/shareduserrating"


def words_of_film(tags: Mapping[str, str], packet: bytes) -> Words:
    """`tags`: of the container, with small letters. `packet`: of XMP; what can't be read counts as absent."""
    extra = embedded_facts(packet)
    stars = facts.stars(tags.get(_RATING), tags.get(_PERCENT))
    blocks: dict[str, list[tuple[str, str | None]]] = {
        "xmp": [(one.name, one.value) for one in extra.properties],
        "film": [
            *((name, _text(tags.get(key, ""))) for name, key in _TEXTS),
            (RATING, None if stars is None else str(stars)),
        ],
    }
    lists = [_text(tags.get(name, "")).replace(";", ",") for name in _KEYWORDS]
    return together(blocks, extra, [word for one in lists for word in one.split(",")])


def _text(value: str) -> str:
    """QuickTime's old texts are in Mac OS Roman, as FFmpeg reads them, but many programs write UTF-8, which is
    practically never anything else (`charsets`)."""
    if value.isascii():
        return value
    try:
        return value.encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return value
