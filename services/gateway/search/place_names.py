"""What countries, regions and cities are called in the languages of the pages: `Italien`, `Toskana`, `Wien`. The read
tables have the English names of GeoNames. Countries are those of the Unicode CLDR, the others those of
`knowledge/toponyms.py`, and what both lack is in `data/exonyms.tsv`. Pure."""

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from babel import Locale

from services.gateway.search.word import words
from services.knowledge.folding import fold
from services.knowledge.languages import OWN_NAMES
from services.knowledge.toponyms import toponyms

_SHORTEST: Final = 5
"""Letters of the beginning of a country's name, if it is one word; all others are names only as a whole."""


@lru_cache(maxsize=512)
def known_as(typed: str) -> tuple[str, ...]:
    """The English names of places that are called so."""
    wanted = _clean(typed)
    if not wanted:
        return ()
    if same := _names().get(wanted):
        return same
    begun = _countries() if len(wanted) >= _SHORTEST else ()
    return tuple(dict.fromkeys(english for name, english in begun if name.startswith(wanted)))


def in_place(label: str, places: Iterable[str]) -> list[str]:
    """Those of the places (`Rome, Italy`; `Italy`) that are or lie in the one with this English name."""
    return [one for one in places if one == label or one.startswith(f"{label}, ")]


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Folded name -> the English names."""
    pairs = [(_clean(one), english) for english, others in _exonyms() for one in (english, *others)]
    pairs += [(_clean(one), place.english) for place in toponyms() for one in set(place.others) if one]
    names: dict[str, tuple[str, ...]] = {}
    for name, english in dict.fromkeys(pairs + _territories()):
        names[name] = (*names.get(name, ()), english)
    return names


@cache
def _countries() -> list[tuple[str, str]]:
    return [(name, english) for name, english in _territories() if " " not in name]


@cache
def _territories() -> list[tuple[str, str]]:
    """As `_names`; by the names in every language of the pages."""
    english, pairs = Locale.parse("en").territories, []
    differing = {_clean(others[0]): name for name, others in _exonyms()}
    for language in OWN_NAMES:
        for code, name in Locale.parse(language).territories.items():
            if code.isalpha() and code in english:
                label = differing.get(_clean(english[code]), english[code])
                pairs.append((_clean(name), label))
    return pairs


@cache
def _exonyms() -> list[tuple[str, tuple[str, ...]]]:
    """(the name of GeoNames, others); of a country that CLDR calls otherwise, CLDR's English name comes first."""
    table = (files("services.knowledge") / "data" / "exonyms.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in table.splitlines()]
    return [(english, tuple(others.split("; "))) for english, others in lines]


def _clean(name: str) -> str:
    return " ".join(words(fold(name)))
