"""Which names fit what is being typed, the nearest first. Pure.

Compared as the search compares: without case, accents and other forms of the same letter.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from services.gateway.search.closeness import nearest
from services.gateway.search.word import word, words
from services.knowledge.folding import fold

_SAME, _BEGINS, _WORDS, _BEGINS_OTHERWISE, _WITHIN, _NOT = range(6)
"""A name of it; the beginning of its name in this language; words of a name; the beginning of another name; a part."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    """An id, or the name itself."""
    name: str
    hint: str = ""
    """What tells it from another of the same name."""
    forms: tuple[tuple[str, tuple[str, ...]], ...]
    """Its names in all languages, folded, and the words of each."""


def choice(value: str, name: str, hint: str = "", others: Iterable[str] = ()) -> Choice:
    """`others`: what it is called as well."""
    folded = dict.fromkeys(map(comparable, (name, *others)))
    return Choice(value=value, name=name, hint=hint, forms=tuple((one, tuple(words(one))) for one in folded))


def fitting(
    typed: str, choices: Sequence[Choice], first: Sequence[str] = (), meant: Collection[str] = ()
) -> list[Choice]:
    """The nearest first; among equally near ones those of `first` (values), then in the order of `choices`. `meant`:
    values that the text is another word for. Without any, those whose name differs by a letter or two."""
    wanted = comparable(typed)
    typed_words = [word(one) for one in words(typed)]
    places = {value: place for place, value in enumerate(first)}

    def nearness(one: Choice) -> tuple[int, int]:
        """And, of names that begin so, what is left to type."""
        if one.forms[0][0].startswith(wanted):
            rest = len(one.forms[0][0]) - len(wanted)
            return (_BEGINS if rest else _SAME), rest
        rests = [len(name) - len(wanted) for name, _ in one.forms if name.startswith(wanted)]
        if rests:
            return (_BEGINS_OTHERWISE if min(rests) else _SAME), min(rests)
        if one.value in meant or any(
            typed_words and all(each.fits(parts) for each in typed_words) for _, parts in one.forms
        ):
            return _WORDS, 0
        return (_WITHIN if any(wanted in name for name, _ in one.forms) else _NOT), 0

    ranked = [(nearness(one), one) for one in choices]
    near = [
        (rank, places.get(one.value, len(places)), rest, one) for (rank, rest), one in ranked if rank < _NOT
    ]
    return [row[3] for row in sorted(near, key=lambda row: row[:3])] or _mistyped(wanted, choices)


def comparable(name: str) -> str:
    """Folded, with single spaces."""
    return " ".join(fold(name).split())


def is_there(typed: str, choices: Iterable[Choice]) -> bool:
    """Whether something is called exactly so."""
    wanted = comparable(typed)
    return any(name == wanted for one in choices for name, _ in one.forms)


def _mistyped(wanted: str, choices: Sequence[Choice]) -> list[Choice]:
    close = nearest(wanted, (name for one in choices for name, _ in one.forms))
    return [
        one for one in choices if close and any(close == name or close in parts for name, parts in one.forms)
    ]
