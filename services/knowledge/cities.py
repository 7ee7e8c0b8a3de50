"""Cities by name, offline: where `Rome, Italy` lies, and which cities begin with what somebody types. Pure.

Names are compared without case and accents. The data is that of `geography.py`, searched as one text of 3 MB that is
made at the first search (0.2 s).
"""

import unicodedata
from array import array
from bisect import bisect_right
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from services.knowledge.geography import STEP, World, world

_MOST: Final = 500
"""Cities with the same beginning that are compared by size."""


class City(NamedTuple):
    label: str
    """Its name and its country's."""
    latitude: float
    longitude: float


class _Names(NamedTuple):
    text: str
    """Folded names, each after a line break."""
    begins: "array[int]"
    """Where each city's line break is."""


def cities(typed: str, most: int = 20) -> list[City]:
    """Whose name begins so, or with a comma, whose country's does, too: the largest first, each label once."""
    name, _, country = (_folded(part).strip() for part in typed.partition(","))
    return list(islice(_named(name, country), most)) if name else []


def city(label: str) -> City | None:
    """The largest with this name, and in this country if there is a comma."""
    name, _, country = (_folded(part).strip() for part in label.partition(","))
    exact = (one for one in _named(name, country) if _folded(one.label).startswith(f"{name}, "))
    return next(exact, None) if name else None


@lru_cache(maxsize=500)
def _named(name: str, country: str) -> tuple[City, ...]:
    names, earth = _names(), world()
    numbers, at = list[int](), names.text.find(f"\n{name}")
    while at >= 0:
        number = bisect_right(names.begins, at) - 1
        if _folded(earth.city(number).country).startswith(country):
            numbers.append(number)
        at = names.text.find(f"\n{name}", at + 1)
    numbers.sort(key=lambda number: -earth.reaches[number])
    labelled: dict[str, City] = {}
    for number in numbers[:_MOST]:
        one = _city(earth, number)
        labelled.setdefault(one.label, one)
    return tuple(labelled.values())


def _city(earth: World, number: int) -> City:
    spot = earth.city(number)
    label = ", ".join(part for part in (spot.city, spot.country) if part)
    return City(label, earth.latitudes[number] / STEP, earth.longitudes[number] / STEP)


@lru_cache(maxsize=1)
def _names() -> _Names:
    earth = world()
    begins, text, place = array("I"), list[str](), 0
    for number in range(len(earth.ends)):
        begin = earth.ends[number - 1] if number else 0
        line = "\n" + _folded(earth.names[begin : earth.ends[number]].decode())
        begins.append(place)
        text.append(line)
        place += len(line)
    return _Names("".join(text), begins)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))
