"""How Google Takeout names pictures and their sidecars.

The sidecar of `IMG.jpg` is `IMG.jpg.json`, since 2024 `IMG.jpg.supplemental-metadata.json`. Whatever precedes `.json`
is truncated to 46 UTF-16 units, and the picture's own name to 47 before its suffix. A second `IMG.jpg` is named
`IMG(1).jpg`, and its sidecar `IMG.jpg(1).json`: the number is added after truncation. An edited copy, `IMG-edited.jpg`
in the account's language, has no sidecar of its own. Collected from public exports and reports.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.knowledge.edited_words import EDITED
from services.knowledge.formats import Kind, suffixes

SIDECAR_UNITS: Final = 46
"""Maximum UTF-16 units of a sidecar's name, before its number and `.json`."""
PICTURE_UNITS: Final = 47
"""The same of a picture's name, before its number and suffix."""

MEDIA: Final = suffixes(Kind.PICTURE, Kind.RAW, Kind.FILM)
_FILMS: Final = suffixes(Kind.FILM)
_BEGINNINGS: Final = frozenset(suffix[:end] for suffix in MEDIA for end in range(1, len(suffix) + 1))
"""Of truncated suffixes, including the dot alone."""

_SUPPLEMENT: Final = ".supplemental-metadata"
_NUMBER: Final = re.compile(r"(.+)\(([0-9]{1,9})\)", re.DOTALL)

_ALBUM_FILES: Final = frozenset(
    unicodedata.normalize("NFC", word).casefold()
    for word in (
        *("metadata", "métadonnées", "Metadaten", "metadatos", "metadati", "metadados", "metadades"),
        *("metagegevens", "metadane", "metaadatok", "metatiedot", "meta veriler", "метаданные", "метадані"),
        *("метаданни", "μεταδεδομένα", "メタデータ", "元数据", "中繼資料", "메타데이터", "siêu dữ liệu"),
        "ข้อมูลเมตา",
    )
)
_OTHER_FILES: Final = frozenset(
    {"print-subscriptions", "shared_album_comments", "user-generated-memory-titles", "shared-album-comments"}
)
"""Without `.json`: files about the account rather than a picture or an album."""


class Reading(NamedTuple):
    """One way to read a picture's name: the number may be Google's, or part of the user's own name."""

    stem: str
    suffix: str
    """With its dot, as written; empty if there is none."""
    number: str

    @property
    def name(self) -> str:
        return self.stem + self.suffix


def split(name: str) -> tuple[str, str]:
    dot = name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 else (name, "")


def readings(picture: str) -> list[Reading]:
    """The literal one first."""
    stem, suffix = split(picture)
    return [Reading(name, suffix, number) for name, number in numberings(stem)]


def cut_readings(picture: str) -> list[Reading]:
    """Without the one that Google would have truncated further: its number is added after truncation."""
    literal, *numbered = readings(picture)
    return numbered if numbered and units(literal.stem) > PICTURE_UNITS + 1 else [literal, *numbered]


def originals(reading: Reading) -> list[Reading]:
    """The pictures that an edited copy may come from; none if the name isn't that of an edited copy."""
    stem, hyphen, tail = reading.stem.rpartition("-")
    if not (hyphen and stem):
        return []
    word = unicodedata.normalize("NFC", tail).casefold()
    cut = is_cut(reading) and any(full.startswith(word) for full in EDITED)
    if word not in EDITED and not cut:
        return []
    if reading.number:
        return [Reading(stem, reading.suffix, reading.number)]
    return readings(stem + reading.suffix)


def is_cut(reading: Reading) -> bool:
    return units(reading.stem) >= PICTURE_UNITS


def numberings(base: str) -> list[tuple[str, str]]:
    """A name without its suffix as (name, number): the number may be Google's, or part of the name."""
    numbered = _NUMBER.fullmatch(base)
    return [(base, ""), (numbered[1], numbered[2])] if numbered else [(base, "")]


def described(base: str) -> Iterator[tuple[str, str]]:
    """What a sidecar's name without `.json` may mean, as (name, number); likeliest first."""
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
    return unicodedata.normalize("NFC", numberings(base)[-1][0]).casefold()


def units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cuts(text: str) -> list[str]:
    """What truncation leaves of a long name in a sidecar's; empty for a name that fits.

    Several where it is unknown which form of an accented letter was counted, or what became of a split surrogate pair.
    """
    if text.isascii():
        return [text[:SIDECAR_UNITS]] if len(text) > SIDECAR_UNITS else []
    forms = dict.fromkeys((text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)))
    return list(dict.fromkeys(cut for form in forms for cut in _cut(form)))


def _cut(text: str) -> list[str]:
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) <= 2 * SIDECAR_UNITS:
        return []
    start = encoded[: 2 * SIDECAR_UNITS]
    if not 0xD8 <= start[-1] <= 0xDB:  # the last unit isn't the first half of a surrogate pair
        return [start.decode("utf-16-le", "surrogatepass")]
    intact = start[:-2].decode("utf-16-le", "surrogatepass")
    return [intact, f"{intact}?", f"{intact}_", f"{intact}\ufffd"]
