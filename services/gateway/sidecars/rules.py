"""By which rules a picture finds its sidecar (`matching.py` applies them): the parts, and those for plain names."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple

from services.gateway.sidecars import takeout_names as names
from services.gateway.sidecars.takeout_names import Reading

Key = tuple[str, str]
"""A name, and Google's number or nothing."""


class Title(NamedTuple):
    """What a sidecar's name may mean."""

    name: str
    number: str = ""
    where: Literal["names", "bases"] = "names"
    """A picture's name, with or without its suffix; or the sidecar's own, for rules that cut a picture's like it."""


class Rule(NamedTuple):
    keys: Callable[[Reading], Iterable[Key]]
    """Under which a picture's sidecar may be found, the best first."""
    of: Callable[[str], list[Reading]] = names.readings
    where: Literal["names", "bases", "stems"] = "names"
    """What the keys are: see Title; `stems` are names without a suffix."""
    shares: bool = False
    """Takes what another picture owns already."""
    alike: bool = False
    """Shares only with pictures of its own stem."""


def whole(reading: Reading) -> Iterator[Key]:
    yield reading.name, reading.number


def stem(reading: Reading) -> Iterator[Key]:
    yield reading.stem, reading.number


def edited(picture: str) -> list[Reading]:
    return [original for reading in names.readings(picture) for original in names.originals(reading)]


def _films(picture: str) -> list[Reading]:
    return [reading for reading in names.readings(picture) if names.is_film(reading.suffix)]


def _film_stems(reading: Reading) -> Iterator[Key]:
    """`IMG.MP4` beside `IMG.HEIC`, `PXL.MP` beside `PXL.MP.jpg`."""
    yield reading.stem, reading.number
    yield reading.name, reading.number


FILMS: Final = (
    Rule(_film_stems, of=_films, where="stems", shares=True),
    Rule(stem, of=_films, shares=True),  # IMG.HEIC.MP4
)
PLAIN: Final = (
    Rule(whole),
    Rule(stem),
    Rule(whole, of=edited, shares=True),
    Rule(stem, of=edited, shares=True),
    *FILMS,
)
"""Of a sidecar that is called as its picture, with the picture's suffix or without; the surest first."""
