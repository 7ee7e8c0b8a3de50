"""Keywords, flat and in hierarchies, as programs write them into XMP and ExifTool prints them.

A keyword in a hierarchy is written with all that it stands below: `Places|Austria|Vienna`. The last is the keyword;
searches find it by the others as well. Many programs write it into the flat list, too: alone, with the others as
keywords of their own, or as a whole.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, NamedTuple

from services.domain.photos.keywords import LEVELS, SEPARATOR
from services.gateway.sidecars import facts
from services.gateway.sidecars.namespaces import DIGIKAM, LIGHTROOM


class Hierarchy(NamedTuple):
    """Where a program writes keywords with what they stand below."""

    xmp: str
    """Qualified name."""
    exiftool: str
    """ExifTool's name of the same."""
    separator: str


SLASH: Final = "/"
"""What separates digiKam's tags from those that they stand below, and no name of theirs can have …"""
LIKE_A_SLASH: Final = "\N{DIVISION SLASH}"
"""… so that it has this instead where we write it."""
HIERARCHIES: Final = (
    Hierarchy(f"{LIGHTROOM}hierarchicalSubject", "HierarchicalSubject", "|"),
    Hierarchy(f"{DIGIKAM}TagsList", "TagsList", SLASH),
    Hierarchy("{http://ns.microsoft.com/photo/1.0/}LastKeywordXMP", "LastKeywordXMP", "/"),
    Hierarchy("{http://ns.iview-multimedia.com/mediapro/1.0/}CatalogSets", "CatalogSets", "|"),
)
"""Lightroom, Bridge and darktable; digiKam; Windows; Media Pro and others after it."""
_MOST: Final = 5 * facts.MOST_KEYWORDS
"""Flat keywords to look at: programs write one of a hierarchy in up to four ways."""
_SEPARATORS: Final = frozenset(one.separator for one in HIERARCHIES)
_OF_PROGRAMS: Final = frozenset({"darktable", "_Digikam_root_tag_", "_Digikam_Internal_Tags_"})
"""Roots of hierarchies in which programs note things for themselves."""


class Keywords(NamedTuple):
    keywords: list[str]
    keyword_paths: list[str]
    """Those of them that stand below others, with these: `Places|Austria|Vienna`."""


def keywords(flat: Iterable[str], paths: Iterable[Sequence[str]] = ()) -> Keywords:
    """Each once, the flat ones first. `paths`: those in hierarchies, each with what it stands below. There may be one
    more than the limit, with a character or a level too many, as in `facts.texts`."""
    words = facts.texts(flat, _MOST, LEVELS * facts.LONGEST_NAME)
    split = chain(paths, (word.split(SEPARATOR) for word in words if SEPARATOR in word))
    hierarchical = [path for path in dict.fromkeys(map(_path, split)) if path][: facts.MOST_KEYWORDS + 1]
    leaves = dict.fromkeys(path[-1] for path in hierarchical)
    wholes = {separator.join(path) for path in hierarchical for separator in _SEPARATORS}
    alone = [word for word in words if word in leaves or not (word in wholes or SEPARATOR in word)]
    return Keywords(
        facts.texts([*alone, *leaves], facts.MOST_KEYWORDS),
        [SEPARATOR.join(path) for path in hierarchical if len(path) > 1],
    )


def _path(parts: Sequence[str]) -> tuple[str, ...]:
    """Empty for a program's own."""
    levels = [part for part in parts if part and not part.isspace()]
    names = tuple(name for part in levels[-LEVELS - 1 :] for name in facts.texts([part], 1))
    return () if levels and levels[0].strip() in _OF_PROGRAMS else names
