"""What somebody may have meant who mistyped a name. Pure."""

from collections.abc import Iterable

from services.gateway.search.word import words
from services.knowledge.folding import fold

_SHORT, _LONG = 4, 9
"""Letters: shorter words may differ by one, longer ones by three."""


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
            if plain in seen or abs(len(plain) - len(wanted)) >= closest or len(form) < 3:
                continue
            seen.add(plain)
            if len(letters.symmetric_difference(plain)) > 2 * most:
                continue
            apart = letters_apart(wanted, plain)
            if 0 < apart < closest and (apart == 1 or plain[0] == wanted[0]):
                best, closest = form, apart
    return best


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
