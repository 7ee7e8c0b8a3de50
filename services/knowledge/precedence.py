"""Whose word counts for what is known of a photo: the person's, then what its files say, then what rules and models
make of it. One table for everything but dates and positions, whose own ranks are in `knowledge.sidecars`.

A file beside a photo outranks the photo's own metadata, as the person may have edited it there. Inside a file, XMP
outranks IPTC and IPTC outranks EXIF, unless a program that knows nothing of XMP has edited IPTC since: then the digest
of IPTC that Photoshop and others keep beside it no longer fits (Metadata Working Group, Guidelines for Handling Image
Metadata 2.0, chapter 3).
"""

from typing import Final

from services.knowledge.sidecars import DIALECTS, SIDECARS

USER: Final = "user"
FILE: Final = "file"
"""The photo's own metadata, whichever block."""
SOURCES: Final = (
    USER,
    *(one.kind for one in (*SIDECARS, *DIALECTS)),
    FILE,
    *("rules", "model"),
)
"""By precedence, most trusted first."""
PRECEDENCE: Final = {name: rank for rank, name in enumerate(SOURCES)}
"""Source -> its rank; the lowest wins."""

BLOCKS: Final = ("xmp", "iptc", "exif", "text", "film")
"""Of a file, most trusted first: `text` are a PNG's texts, `film` the tags of a film's container."""
EDITED_IPTC: Final = ("iptc", *(one for one in BLOCKS if one != "iptc"))
"""The same for files whose digest of IPTC doesn't fit."""

TITLE: Final = "title"
HEADLINE: Final = "headline"
CAPTION: Final = "caption"
RATING: Final = "rating"
LABEL: Final = "label"
CREATOR: Final = "creator"
COPYRIGHT: Final = "copyright"
PLACES: Final = ("sublocation", "city", "state", "country")
"""Names of the place where it was taken, smallest first, as a person wrote them."""
PROPERTIES: Final = (TITLE, HEADLINE, CAPTION, RATING, LABEL, CREATOR, COPYRIGHT, *PLACES)
"""What has one value at a time; names of people, keywords and regions are lists."""
