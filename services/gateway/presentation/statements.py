"""What a photo's files say of it in words, each value with where it is from: rows of the photo's details."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from services.gateway.i18n.language import N_, _
from services.gateway.queries.properties import Value
from services.knowledge import precedence

NAMES: Final = {
    precedence.TITLE: N_("Title"),
    precedence.HEADLINE: N_("Headline"),
    precedence.CAPTION: N_("Caption"),
    precedence.RATING: N_("Stars"),
    precedence.LABEL: N_("Colour label"),
    precedence.CREATOR: N_("Creator"),
    precedence.COPYRIGHT: N_("Copyright"),
    "sublocation": N_("Location"),
    "city": N_("City"),
    "state": N_("State or province"),
    "country": N_("Country"),
}
_SOURCES: Final = {
    "xmp": "XMP",
    "iptc": "IPTC",
    "exif": "EXIF",
    "text": N_("text in the photo"),
    "film": N_("tag of the video"),
    precedence.USER: N_("you"),
    "": N_("the file"),
}
_REJECTED: Final = "-1"


class Statement(msgspec.Struct, frozen=True):
    name: str
    values: list[tuple[str, str]]
    """Each with its source; the one that counts first."""


def statements(properties: Mapping[str, Sequence[Value]]) -> list[Statement]:
    """Only of properties that files have."""
    return [
        Statement(_(NAMES[name]), [(_text(one), _source(one)) for one in values if one.value])
        for name, values in properties.items()
        if any(one.source != precedence.USER for one in values)
    ]


def _text(one: Value) -> str:
    return _("rejected") if (one.name, one.value) == (precedence.RATING, _REJECTED) else one.value


def _source(one: Value) -> str:
    return one.place.rpartition("/")[2] if one.place else _(_SOURCES.get(one.source, one.source))
