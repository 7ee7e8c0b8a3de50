"""Which of many questions to ask today: the ones that teach most, of different times and folders, and others each day.

Pure. What remains unanswered comes again only when all others have been asked: the questions are dealt out to days by
a hash of their ids, in up to `ROUNDS` shares. As fewer remain, two shares become one.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

ROUNDS: Final = 32
"""The most days until a question comes again; a power of two, as all numbers of shares."""
_AGAIN: Final = 0.5
"""What another question with the same trait is worth, to that of the first."""


class Question(NamedTuple):
    id: str
    value: float
    """How much its answer teaches, above 0."""
    traits: tuple[str, ...]
    """What it may have in common with others, such as a folder."""


def todays(questions: Sequence[Question], day: int, count: int) -> list[Question]:
    """Up to `count` (at least 1), best first. `day`: any number that grows by one each day."""
    rounds = 1
    while rounds < ROUNDS and len(questions) >= 2 * rounds * count:
        rounds *= 2
    mine = [one for one in questions if (_hash(one.id) - day) % rounds == 0]
    first = various(mine, count)
    others = {one.id for one in questions} - {one.id for one in first}
    return first + various([one for one in questions if one.id in others], count - len(first))


def various(questions: Sequence[Question], count: int) -> list[Question]:
    """Up to `count`, best first: greedily, where each trait that was chosen before halves the value."""
    rest, traits, best = list(questions), Counter[str](), list[Question]()
    while rest and len(best) < count:
        most = max(
            rest, key=lambda one: (one.value * _AGAIN ** sum(traits[trait] for trait in one.traits), one.id)
        )
        rest.remove(most)
        best.append(most)
        traits.update(most.traits)
    return best


def _hash(id_: str) -> int:
    return int.from_bytes(blake2b(id_.encode(), digest_size=4).digest(), "big")
