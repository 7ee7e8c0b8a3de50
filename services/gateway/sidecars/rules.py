"""By which rules a picture finds its sidecar, the surest first (`matching.py` applies them)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple

from services.gateway.sidecars import takeout_names as names
from services.gateway.sidecars.takeout_names import Reading

_LONGEST_SUFFIX: Final = 6

Key = tuple[str, str]
"""A name, and Google's number or nothing."""


class Rule(NamedTuple):
    keys: Callable[[Reading], Iterable[Key]]
    """Under which a picture's sidecar may be found, the best first."""
    of: Callable[[str], list[Reading]] = names.readings
    where: Literal["names", "bases", "stems"] = "names"
    """What the keys are: names that the sidecars may mean; their own without `.json`; names without a suffix."""
    shares: bool = False
    """Takes what another picture owns already."""
    alike: bool = False
    """Shares only with pictures of its own stem."""


def _whole(reading: Reading) -> Iterator[Key]:
    yield reading.name, reading.number


def _cut(reading: Reading) -> Iterator[Key]:
    for left in names.cuts(reading.name):
        yield left, reading.number


def _short(reading: Reading) -> Iterator[Key]:
    """The suffix is cut, or missing."""
    if 0 < len(reading.suffix) <= _LONGEST_SUFFIX:
        for end in range(len(reading.suffix) - 1, -1, -1):
            yield reading.stem + reading.suffix[:end], reading.number


def _stem(reading: Reading) -> Iterator[Key]:
    yield reading.stem, reading.number


def _film_stems(reading: Reading) -> Iterator[Key]:
    """`IMG.MP4` beside `IMG.HEIC`, `PXL.MP` beside `PXL.MP.jpg`."""
    yield reading.stem, reading.number
    yield reading.name, reading.number


def _edited(picture: str) -> list[Reading]:
    return [original for reading in names.readings(picture) for original in names.originals(reading)]


def _films(picture: str) -> list[Reading]:
    return [reading for reading in names.readings(picture) if names.is_film(reading.suffix)]


def _second_of_a_cut_name(picture: str) -> list[Reading]:
    """Google numbers what the cut made alike, an edited copy too, and writes one sidecar for both."""
    return [
        reading._replace(number="")
        for reading in names.readings(picture)
        if reading.number == "1" and names.is_cut(reading)
    ]


_FILM_RULES: Final = (
    Rule(_film_stems, of=_films, where="stems", shares=True),
    Rule(_stem, of=_films, shares=True),  # IMG.HEIC.MP4
)
TAKEOUT: Final = (
    Rule(_whole),
    Rule(_cut, of=names.cut_readings, where="bases"),
    Rule(_short),
    Rule(_whole, of=_edited, shares=True),
    Rule(_cut, of=_edited, where="bases", shares=True),
    Rule(_short, of=_edited, shares=True),
    Rule(_stem, of=_edited, where="stems", shares=True),
    Rule(_stem, where="stems"),
    *_FILM_RULES,
    Rule(_cut, of=_second_of_a_cut_name, where="bases", shares=True, alike=True),
)
XMP: Final = (
    Rule(_whole),
    Rule(_stem),
    Rule(_whole, of=_edited, shares=True),
    Rule(_stem, of=_edited, shares=True),
    *_FILM_RULES,
)
