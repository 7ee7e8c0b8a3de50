"""How Google Takeout names what lies beside a picture.

The sidecar of `IMG.jpg` is `IMG.jpg.json`, since 2024 `IMG.jpg.supplemental-metadata.json`. What stands before `.json`
is cut at 46 UTF-16 units, wherever that falls; the picture's own name is cut at 47, before its suffix. A second
`IMG.jpg` is called `IMG(1).jpg`, its sidecar `IMG.jpg(1).json`: the number comes after the cut. An edited copy,
`IMG-edited.jpg` in the language of the account, has no sidecar of its own. Collected from public exports and reports.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.knowledge.edited_words import EDITED
from services.knowledge.formats import Kind, suffixes

SIDECAR_UNITS: Final = 46
"""UTF-16 units of a sidecar's name that are kept before its number and `.json`."""
PICTURE_UNITS: Final = 47
"""The same of a picture's name before its number and suffix."""

MEDIA: Final = suffixes(Kind.PICTURE, Kind.RAW, Kind.FILM)
_FILMS: Final = suffixes(Kind.FILM)
_BEGINNINGS: Final = frozenset(suffix[:end] for suffix in MEDIA for end in range(1, len(suffix) + 1))
"""Of suffixes that a cut went through; the dot alone is one."""

_SUPPLEMENT: Final = ".supplemental-metadata"
_NUMBER: Final = re.compile(r"(.+)\(([0-9]{1,9})\)", re.DOTALL)

_ALBUM_FILES: Final = frozenset(
    unicodedata.normalize("NFC", word).casefold()
    for word in (
        *(
            "metadata",
            "métadonnées",
            "Metadaten",
            "metadatos",
            "metadati",
            "metadados",
            "metadades",
            "metagegevens",
        ),
        *("metadane", "metaadatok", "metatiedot", "meta veriler", "метаданные", "метадані", "метаданни"),
        *("μεταδεδομένα", "メタデータ", "元数据", "中繼資料", "메타데이터", "siêu dữ liệu", "ข้อมูลเมตา"),
    )
)
_OTHER_FILES: Final = frozenset(
    {"print-subscriptions", "shared_album_comments", "user-generated-memory-titles", "shared-album-comments"}
)
"""Without `.json`: they are about the account, not about a picture or an album."""


class Reading(NamedTuple):
    """One way to read a picture's name: Google numbered it, or the number is the person's own."""

    stem: str
    suffix: str
    """With its dot, as it is written; empty when there is none."""
    number: str

    @property
    def name(self) -> str:
        return self.stem + self.suffix


def split(name: str) -> tuple[str, str]:
    dot = name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 else (name, "")


def readings(picture: str) -> list[Reading]:
    """As it stands first."""
    stem, suffix = split(picture)
    numbered = _NUMBER.fullmatch(stem)
    found = [Reading(stem, suffix, "")]
    return [*found, Reading(numbered[1], suffix, numbered[2])] if numbered else found


def cut_readings(picture: str) -> list[Reading]:
    """Without the one that Google would have cut shorter: its number comes after the cut."""
    found = readings(picture)
    return found[1:] if units(found[0].stem) > PICTURE_UNITS + 1 and len(found) > 1 else found


def originals(reading: Reading) -> list[Reading]:
    """The pictures that an edited copy may come from; none when the name is not one of an edited copy."""
    stem, hyphen, tail = reading.stem.rpartition("-")
    if not (hyphen and stem):
        return []
    word = unicodedata.normalize("NFC", tail).casefold()
    cut = is_cut(reading) and any(whole.startswith(word) for whole in EDITED)
    if word not in EDITED and not cut:
        return []
    if reading.number:
        return [Reading(stem, reading.suffix, reading.number)]
    return readings(stem + reading.suffix)


def is_cut(reading: Reading) -> bool:
    return units(reading.stem) >= PICTURE_UNITS


def numberings(base: str) -> list[tuple[str, str]]:
    """A sidecar's name without `.json` as (name, number): the number may be Google's or the name's."""
    numbered = _NUMBER.fullmatch(base)
    return [(base, ""), (numbered[1], numbered[2])] if numbered else [(base, "")]


def described(base: str) -> Iterator[tuple[str, str]]:
    """What a sidecar's name without `.json` may mean, as (name, number); the likeliest first."""
    yield from numberings(base)
    for text, number in numberings(base):
        title, dot, tail = text.rpartition(".")
        if title and _SUPPLEMENT.startswith(dot + tail):
            yield title, number


def is_media_beginning(suffix: str) -> bool:
    return suffix.lower() in _BEGINNINGS


def is_film(suffix: str) -> bool:
    return suffix.lower() in _FILMS


def is_album_name(base: str) -> bool:
    return _plain(base) in _ALBUM_FILES


def is_other_name(base: str) -> bool:
    return _plain(base) in _OTHER_FILES


def _plain(base: str) -> str:
    numbered = _NUMBER.fullmatch(base)
    return unicodedata.normalize("NFC", numbered[1] if numbered else base).casefold()


def units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cuts(text: str) -> list[str]:
    """What is left of a longer name in a sidecar's; empty for one that fits.

    More than one where it can't be known which form of an accented letter was counted, or what became of the half of
    a pair that the cut went through.
    """
    if text.isascii():
        return [text[:SIDECAR_UNITS]] if len(text) > SIDECAR_UNITS else []
    forms = dict.fromkeys((text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)))
    return list(dict.fromkeys(left for form in forms for left in _cut(form)))


def _cut(text: str) -> list[str]:
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) <= 2 * SIDECAR_UNITS:
        return []
    left = encoded[: 2 * SIDECAR_UNITS]
    if not 0xD8 <= left[-1] <= 0xDB:  # the last unit is no first half of a pair
        return [left.decode("utf-16-le", "surrogatepass")]
    whole = left[:-2].decode("utf-16-le", "surrogatepass")
    return [whole, f"{whole}?", f"{whole}_", f"{whole}\ufffd"]
