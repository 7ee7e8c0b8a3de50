"""What cities and regions are called in the languages of the pages: `München`, `Toskana`. Pure.

The table is `data/toponyms.tsv` (built by `ops/places.py`, sources in `data/NOTICE`). Names that are in it nowhere are
the same in each language: those of GeoNames, as in `geography.py`.
"""

from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

LANGUAGES: Final = ("de", "fr", "es", "it")
"""Besides English: the table's columns."""
ToponymKind = Literal["city", "region"]


class Toponym(NamedTuple):
    kind: ToponymKind
    country: str
    """Code: ISO 3166, two letters."""
    english: str
    others: tuple[str, ...]
    """In the order of LANGUAGES; empty: as in English."""


@cache
def toponyms() -> tuple[Toponym, ...]:
    table = (files("services.knowledge") / "data" / "toponyms.tsv").read_text("utf-8")
    fields = (line.split("\t") for line in table.splitlines())
    return tuple(
        Toponym("city" if kind == "city" else "region", country, english, tuple(others))
        for kind, country, english, *others in fields
    )


def called(kind: ToponymKind, country: str, english: str, language: str) -> str:
    """The name of a city or region in a language, given by its two letters; the English one if there is no other."""
    if language not in LANGUAGES:
        return english
    others = _table().get((kind, country, english))
    return (others[LANGUAGES.index(language)] if others else "") or english


@cache
def _table() -> dict[tuple[ToponymKind, str, str], tuple[str, ...]]:
    return {(one.kind, one.country, one.english): one.others for one in toponyms()}
