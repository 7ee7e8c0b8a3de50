"""Title, caption, rating, label, creator, copyright and names of places in XMP.

Sources: XMP specification, part 2; IPTC Photo Metadata Standard; Guidelines for Handling Image Metadata (Metadata
Working Group, 2.0); ACDSee's, digiKam's, darktable's and Microsoft's own files.
"""

from collections.abc import Iterator
from typing import Final

from services.gateway.sidecars import facts
from services.gateway.sidecars.namespaces import (
    DC,
    DIGIKAM,
    EXIF,
    IPTC_CORE,
    IPTC_EXT,
    XMP_BASIC,
    XMP_PHOTOSHOP,
    XMP_TIFF,
)
from services.gateway.sidecars.rdf import Properties, field, first, in_default_language, items, structures
from services.knowledge import precedence

_ACDSEE: Final = "{http://ns.acdsee.com/iptc/1.0/}"
_MICROSOFT: Final = "{http://ns.microsoft.com/photo/1.0/}"

_TEXTS: Final = (
    *((precedence.TITLE, name) for name in (f"{DC}title", f"{_ACDSEE}caption")),
    (precedence.HEADLINE, f"{XMP_PHOTOSHOP}Headline"),
    *((precedence.CAPTION, name) for name in (f"{DC}description", f"{XMP_TIFF}ImageDescription")),
    *((precedence.CAPTION, name) for name in (f"{EXIF}UserComment", f"{_ACDSEE}notes")),
    (precedence.LABEL, f"{XMP_BASIC}Label"),
    *((precedence.COPYRIGHT, name) for name in (f"{DC}rights", f"{XMP_TIFF}Copyright")),
    ("sublocation", f"{IPTC_CORE}Location"),
    *((name, f"{XMP_PHOTOSHOP}{name.title()}") for name in ("city", "state", "country")),
)
"""Property -> where its text is, likeliest first."""
_CREATORS: Final = (f"{DC}creator", f"{XMP_TIFF}Artist", f"{_ACDSEE}author")
_LOCATIONS: Final = (f"{IPTC_EXT}LocationCreated", f"{IPTC_EXT}LocationShown")
_LOCATION: Final = {
    "sublocation": "Sublocation",
    "city": "City",
    "state": "ProvinceState",
    "country": "CountryName",
}
"""Property -> field of a location."""
_LABELS: Final = {
    f"{DIGIKAM}ColorLabel": dict(
        enumerate(("Red", "Orange", "Yellow", "Green", "Blue", "Magenta", "Gray", "Black", "White"), 1)
    ),
    "{http://darktable.sf.net/}colorlabels": dict(enumerate(("Red", "Yellow", "Green", "Blue", "Purple"))),
}
"""Where programs number their colours, and which they are."""
_REJECTED: Final = "1"
"""digiKam's pick label of a rejected picture."""


def property_texts(tags: Properties) -> list[tuple[str, str | None]]:
    """Names of properties with what may be their text, likeliest first."""
    texts = [(name, in_default_language(tags.get(key))) for name, key in _TEXTS]
    creators = (_all(tags, name) for name in _CREATORS)
    stars = rating(tags)
    return [
        *texts,
        *((precedence.LABEL, label) for label in _labels(tags)),
        *((precedence.CREATOR, names) for names in creators),
        *_places(tags),
        (precedence.RATING, None if stars is None else str(stars)),
    ]


def rating(tags: Properties) -> int | None:
    """From -1 to 5."""
    if first(items(tags.get(f"{DIGIKAM}PickLabel"))) == _REJECTED:
        return -1
    counts = (first(items(tags.get(name))) for name in (f"{XMP_BASIC}Rating", f"{_ACDSEE}rating"))
    return facts.stars(first(counts), first(items(tags.get(f"{_MICROSOFT}Rating"))))


def _all(tags: Properties, name: str) -> str:
    """Of a list, in one text."""
    return ", ".join(facts.texts(items(tags.get(name)), facts.LONGEST_LINE, facts.LONGEST_LINE))


def _labels(tags: Properties) -> Iterator[str]:
    for name, colours in _LABELS.items():
        for item in items(tags.get(name)):
            if (number := facts.number(item)) is not None and number in colours:
                yield colours[int(number)]


def _places(tags: Properties) -> Iterator[tuple[str, str | None]]:
    for location in _LOCATIONS:
        for structure in structures(tags.get(location)):
            for name, key in _LOCATION.items():
                yield name, in_default_language(field(structure, f"{IPTC_EXT}{key}"))
