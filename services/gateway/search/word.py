"""A word as a person types it, and the names that it fits. Pure."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

import msgspec

from services.knowledge.folding import fold, is_spaceless, sought
from services.knowledge.stems import forms

_UMLAUTS: Final = {"ä": "ae", "ö": "oe", "ü": "ue"}
_DIGRAPHS: Final = re.compile("[aou]e")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['’`´]s?$")


class Word(msgspec.Struct, frozen=True):
    starts: tuple[str, ...]
    """Folded; what a word of a name may begin with."""
    whole: frozenset[str]
    """Its other forms; what a word of a name may be."""

    def fits(self, actual: Iterable[str]) -> bool:
        """`actual`: the folded words of a name."""
        return any(one.startswith(self.starts) or one in self.whole for one in actual)


def words(value: str) -> list[str]:
    """Runs of letters and digits."""
    return re.findall(r"[^\W_]+", value)


@lru_cache(maxsize=2048)
def word(text: str) -> Word:
    """Of letters and digits. Umlauts may be written out: `Müller` also begins `Mueller`, and `mueller` is `Müller`."""
    lower = text.casefold()
    starts = {fold(text), fold("".join(_UMLAUTS.get(letter, letter) for letter in lower))}
    contracted = fold(_DIGRAPHS.sub(lambda two: two[0][0], lower))
    return Word(tuple(sorted(starts)), forms(text) | {contracted})


def begins(typed: str) -> Callable[[str], bool]:
    """A predicate: whether each typed word is the beginning, or another form, of a word in the name."""
    if is_spaceless(typed):
        wanted = fold(typed).split()
        return lambda name: all(one in fold(name) for one in wanted)
    wanted_words = [word(one) for one in words(typed)]

    def fits(name: str) -> bool:
        actual = words(fold(name))
        return bool(wanted_words) and all(one.fits(actual) for one in wanted_words)

    return fits


def matching(typed: str, names: Iterable[str]) -> list[str]:
    """The name itself if there is one, else another form of it, else names where each typed word begins a word, in any
    order."""
    exact, all_names = fold(typed), [(name, fold(name)) for name in names]
    if same := [name for name, plain in all_names if plain == exact]:
        return same
    other = word(typed).whole
    if same := [name for name, plain in all_names if plain in other]:
        return same
    fits = begins(typed)
    return [name for name, _ in all_names if fits(name)]


def bare(text: str) -> str:
    """Without the possessive: `Anna's` -> `Anna`."""
    return _POSSESSIVE.sub("", text)


def matched(text: str) -> str:
    """The FTS5 query for a phrase whose last word is a prefix, or for another form of a single word; quoted, so that
    operators have no effect."""
    one = word(text) if len(words(text)) == 1 and words(text)[0] == text and not is_spaceless(text) else None
    phrases = [f"{_quoted(start)}*" for start in (one.starts if one else (sought(text),))]
    others = sorted(one.whole.difference(one.starts)) if one else []
    return f"({' OR '.join([*phrases, *map(_quoted, others)])})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'
