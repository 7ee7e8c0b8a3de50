"""The rules by which a picture finds its sidecar (applied by `matching.py`): building blocks and the plain rules."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple

from services.gateway.sidecars import takeout_names as names
from services.gateway.sidecars.takeout_names import Reading

Key = tuple[str, str]
"""A name, and Google's number or an empty string."""


class Title(NamedTuple):
    """What a sidecar's name may mean."""

    name: str
    number: str = ""
    where: Literal["names", "bases"] = "names"
    """A picture's name, with or without its suffix; or the sidecar's own, for rules that truncate a picture's too."""


class Rule(NamedTuple):
    keys: Callable[[Reading], Iterable[Key]]
    """Under which to look up a picture's sidecar, best first."""
    of: Callable[[str], list[Reading]] = names.readings
    where: Literal["names", "bases", "stems"] = "names"
    """What the keys are: see Title; `stems` are names without a suffix."""
    shares: bool = False
    """Also accepts what another picture already owns."""
    alike: bool = False
    """Shares only with pictures of the same stem."""


def full_name(reading: Reading) -> Iterator[Key]:
    yield reading.name, reading.number


def stem(reading: Reading) -> Iterator[Key]:
    yield reading.stem, reading.number


def edited(picture: str) -> list[Reading]:
    return [original for reading in names.readings(picture) for original in names.originals(reading)]


def _films(picture: str) -> list[Reading]:
    return [reading for reading in names.readings(picture) if names.is_film(reading.suffix)]


def _film_stems(reading: Reading) -> Iterator[Key]:
    """`IMG.MP4` beside `IMG.HEIC`, `PXL.MP` beside `PXL.MP.jpg`."""
    yield from stem(reading)
    yield from full_name(reading)


FILMS: Final = (
    Rule(_film_stems, of=_films, where="stems", shares=True),
    Rule(stem, of=_films, shares=True),  # IMG.HEIC.MP4
)
PLAIN: Final = (
    Rule(full_name),
    Rule(stem),
    Rule(full_name, of=edited, shares=True),
    Rule(stem, of=edited, shares=True),
    *FILMS,
)
"""For sidecars named after their pictures, with or without the suffix; most certain first."""
