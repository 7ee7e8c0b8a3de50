"""A word as a person types it, and the names that it fits. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Final

from services.knowledge.folding import fold, is_spaceless, sought
from services.knowledge.stems import forms

_UMLAUTS: Final = {"ä": "ae", "ö": "oe", "ü": "ue"}
_DIGRAPHS: Final = re.compile("[aou]e")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['’`´]s?$")


class Word:
    def __init__(self, text: str) -> None:
        """Of letters and digits. Umlauts may be written out: `Müller` also begins `Mueller`."""
        self._text = text
        spelled = "".join(_UMLAUTS.get(letter, letter) for letter in text.casefold())
        self.starts = tuple(dict.fromkeys([fold(text), fold(spelled)]))
        """Folded; what a word of a name may begin with."""

    @cached_property
    def whole(self) -> frozenset[str]:
        """Its other forms; what a word of a name may be. `mueller` may be `Müller`."""
        contracted = _DIGRAPHS.sub(lambda two: two[0][0], self._text.casefold())
        return forms(self._text) | {fold(contracted)}

    def begins(self, actual: Iterable[str]) -> bool:
        """`actual`: the folded words of a name."""
        return any(one.startswith(self.starts) for one in actual)

    def fits(self, actual: Sequence[str]) -> bool:
        return self.begins(actual) or not self.whole.isdisjoint(actual)


def words(value: str) -> list[str]:
    """Runs of letters and digits."""
    return re.findall(r"[^\W_]+", value)


@lru_cache(maxsize=2048)
def word(text: str) -> Word:
    return Word(text)


def begins(typed: str, others: bool = True) -> Callable[[str], bool]:
    """A predicate: whether each typed word is the beginning, or with `others` another form, of a word in the name."""
    if is_spaceless(typed):
        wanted = fold(typed).split()
        return lambda name: all(one in fold(name) for one in wanted)
    wanted_words = [word(one) for one in words(typed)]
    if not wanted_words:
        return lambda name: False

    def fits(name: str) -> bool:
        actual = words(fold(name))
        return all(one.fits(actual) if others else one.begins(actual) for one in wanted_words)

    return fits


def bare(text: str) -> str:
    """Without the possessive: `Anna's` -> `Anna`."""
    return _POSSESSIVE.sub("", text)


def matched(text: str) -> str:
    """The FTS5 query for a phrase whose last word is a prefix, or for another form of a single word; quoted, so that
    operators have no effect."""
    one = word(text) if len(words(text)) == 1 and words(text)[0] == text and not is_spaceless(text) else None
    phrases = [f"{_quoted(start)}*" for start in (one.starts if one else (sought(text),))]
    others = [form for form in sorted(one.whole) if not form.startswith(one.starts)] if one else []
    return f"({' OR '.join([*phrases, *map(_quoted, others)])})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'
