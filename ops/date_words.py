"""Makes services/knowledge/data/date_words.tsv: python -m ops.date_words

Names of months, and the halves of a 12-hour clock, in the languages that phones and computers are sold with, as CLDR
has them (Unicode, in the package Babel). Workers that read photos would need a second to load Babel's files for so many
languages, so the result is committed. A word that means different months in two languages (*listopad* is
November in Poland and October in Croatia) is left out.
"""

import pickle
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import localedata

from services.knowledge.date_words import AFTER, BEFORE, DATA, folded

LANGUAGES: Final = (
    "af am ar ar_DZ ar_MA ar_SY ar_TN az be bg bn bs ca cs cy da de de_AT el en en_AU es es_MX et eu fa fi "
    "fil fr fr_CA ga gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne "
    "nl nn or pa pl ps pt pt_PT ro ru sd si sk sl sq sr sr_Latn sv sw ta te th tk tr uk ur uz vi zh zh_Hant zu"
)
"""Of CLDR, separated by spaces."""
SHARED: Final = 4
"""An abbreviation is taken if it means the same month in this many languages: *jul*, *okt*. Rarer ones are words of
other languages."""
NO_MONTH: Final = frozenset({"set", "mar"})
"""Abbreviations of months that are everyday words elsewhere: a *set*, the sea (Spanish *mar*)."""
NO_HALF: Final = frozenset({"", "in", "to", "em"})
"""Irish, Uzbek and Swedish halves of the day that are prepositions in larger languages; or none."""


@lru_cache
def own(code: str) -> Mapping[str, Any]:
    """A language's data without what it inherits: Babel 2.18 fills in names of another language there. Babel's `load`
    would keep it as the whole of the language, for the rest of the process."""
    file = Path(localedata.resolve_locale_filename(code))
    content: Mapping[str, Any] = pickle.loads(file.read_bytes())  # noqa: S301  Babel's own
    return content


def names(code: str, width: str) -> Iterator[tuple[int, str]]:
    """(month, name) inside dates and alone; names with digits need no table."""
    for context in ("format", "stand-alone"):
        months = own(code).get("months", {}).get(context, {}).get(width, {})
        if isinstance(months, Mapping):  # else it refers to another width
            for month, name in months.items():
                word = folded(name)
                if (len(word) > 2 or not word.isascii()) and not any(map(str.isdecimal, word)):
                    yield month, word


def months() -> dict[str, int]:
    meanings: defaultdict[str, set[int]] = defaultdict(set)
    abbreviations: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for code in LANGUAGES.split():
        for month, word in names(code, "wide"):
            meanings[word].add(month)
        for month, word in names(code, "abbreviated"):
            abbreviations[month, word].add(code)
    for (month, word), codes in abbreviations.items():
        if len(codes) >= SHARED and word not in NO_MONTH:
            meanings[word].add(month)
    return {word: months.pop() for word, months in meanings.items() if len(months) == 1}


def clock(code: str) -> str:
    """CLDR's pattern of a 12-hour clock, `h:mm:ss a`; empty if the language inherits it."""
    pattern = own(code).get("datetime_skeletons", {}).get("hms")
    return str(getattr(pattern, "pattern", pattern) or "")


def halves() -> Iterator[tuple[str, str]]:
    """(kind, word): `am` or `pm`, and whether the language writes it before or after the time."""
    for code in LANGUAGES.split():
        written = next(filter(None, map(clock, (code, code.partition("_")[0]))), "")
        place = BEFORE if written.startswith("a") else AFTER
        for width in ("abbreviated", "wide"):
            periods = own(code).get("day_periods", {}).get("format", {}).get(width, {})
            if isinstance(periods, Mapping):  # else it refers to another width
                words = {half: folded(periods.get(half, "")) for half in ("am", "pm")}
                yield from ((f"{half} {place}", word) for half, word in words.items() if word not in NO_HALF)


def table() -> str:
    rows = {(f"{month:02}", word) for word, month in months().items()} | set(halves())
    ordered = sorted(rows, key=lambda row: (row[0], unicodedata.normalize("NFD", row[1])))
    return "".join(f"{kind}\t{word}\n" for kind, word in ordered)


if __name__ == "__main__":
    Path(DATA).write_text(table(), "utf-8")
