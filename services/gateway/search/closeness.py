"""What somebody may have meant who mistyped a name. Pure."""

from collections.abc import Iterable
from typing import Final

from services.gateway.search.word import words
from services.knowledge.folding import fold

_SHORTEST: Final = 3
_SHORT, _LONG = 5, 9
"""Letters: words up to the first may differ by one, those above the second by three."""


def nearest(typed: str, names: Iterable[str]) -> str:
    """The name, or word of a name, that differs by the fewest letters; empty if none is close."""
    wanted = fold(typed)
    most = _allowed(wanted)
    best, closest = "", most + 1
    letters = set(wanted)
    seen = set[str]()
    for name in names:
        for form in (name, *words(name)):
            plain = fold(form)
            if plain in seen or abs(len(plain) - len(wanted)) >= closest or len(form) < _SHORTEST:
                continue
            seen.add(plain)
            if len(letters.symmetric_difference(plain)) > 2 * most:
                continue
            apart = letters_apart(wanted, plain)
            if 0 < apart < closest and _alike(wanted, plain):
                best, closest = form, apart
    return best


def _alike(typed: str, name: str) -> bool:
    """Whether they begin alike; of very short words, whether they have the same letters."""
    if len(typed) <= _SHORTEST:
        return sorted(typed) == sorted(name)
    return name[0] == typed[0] or name[:2] == typed[1::-1]


def letters_apart(one: str, other: str) -> int:
    """Letters to add, drop, change, or exchange with the next (optimal string alignment)."""
    before, row = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, beside in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != beside))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == beside:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _allowed(word: str) -> int:
    return 1 if len(word) <= _SHORT else 2 if len(word) <= _LONG else 3
