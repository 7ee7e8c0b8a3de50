"""The rules by which a picture finds its Google Takeout sidecar."""

from collections.abc import Iterator
from typing import Final

from services.gateway.sidecars import takeout_names as names
from services.gateway.sidecars.rules import FILMS, Key, Rule, Title, edited, full_name, stem
from services.gateway.sidecars.takeout_names import Reading

_LONGEST_SUFFIX: Final = 6


def titles(base: str) -> Iterator[Title]:
    """None for files about an album or the account."""
    if names.is_album_name(base) or names.is_other_name(base):
        return
    for name, number in names.numberings(base):
        yield Title(name, number, where="bases")
    for name, number in names.described(base):
        yield Title(name, number)


def is_album_candidate(base: str) -> bool:
    """Whether it may hold an album's title: `metadata` in any language. A picture's sidecar does not."""
    if names.is_other_name(base):
        return False
    return not any(names.split(title)[1].lower() in names.MEDIA for title, _ in names.described(base))


def _cut(reading: Reading) -> Iterator[Key]:
    for name in names.cuts(reading.name):
        yield name, reading.number


def _short(reading: Reading) -> Iterator[Key]:
    """The suffix is truncated or missing."""
    if 0 < len(reading.suffix) <= _LONGEST_SUFFIX:
        for end in range(len(reading.suffix) - 1, -1, -1):
            yield reading.stem + reading.suffix[:end], reading.number


def _second_of_a_cut_name(picture: str) -> list[Reading]:
    """Google numbers names that truncation made equal, edited copies included, and writes one sidecar for both."""
    return [
        reading._replace(number="")
        for reading in names.readings(picture)
        if reading.number == "1" and names.is_cut(reading)
    ]


RULES: Final = (
    Rule(full_name),
    Rule(_cut, of=names.cut_readings, where="bases"),
    Rule(_short),
    Rule(full_name, of=edited, shares=True),
    Rule(_cut, of=edited, where="bases", shares=True),
    Rule(_short, of=edited, shares=True),
    Rule(stem, of=edited, where="stems", shares=True),
    Rule(stem, where="stems"),
    *FILMS,
    Rule(_cut, of=_second_of_a_cut_name, where="bases", shares=True, alike=True),
)
"""Most certain first."""
