"""What a person's answers say of a score: how often it is right, and whether they contradict its threshold. Pure."""

from collections.abc import Sequence
from math import comb
from typing import Final, NamedTuple

from services.knowledge.taxonomy import FLOOR

ENOUGH: Final = 20
"""Answers without which a share would say nothing."""
SIGNIFICANCE: Final = 0.05
"""How likely as many contradicting answers may be by chance: of five answers all five, of eight seven."""


class AnsweredScore(NamedTuple):
    """A person's answer about a photo, and what models had said of it."""

    score: float
    """The highest of the models', 0 to 1."""
    right: bool
    """The person says that the photo belongs there."""


class Measured(NamedTuple):
    answers: int
    """Answered photos from the threshold up."""
    right: int
    """Those of them that belong there."""

    @property
    def precision(self) -> float:
        return self.right / self.answers


def measured(answers: Sequence[AnsweredScore], threshold: float) -> Measured | None:
    """None with too few photos from the threshold up."""
    above = [answer.right for answer in answers if answer.score >= threshold]
    return Measured(len(above), sum(above)) if len(above) >= ENOUGH else None


def better_threshold(answers: Sequence[AnsweredScore], now: float) -> float | None:
    """The threshold (in hundredths) that contradicts fewest answers; of several, the nearest to `now`. None with too
    few answers, or while those between the two contradict the present one no more than chance would (a sign test)."""
    if len(answers) < ENOUGH:
        return None
    candidates = [step / 100 for step in range(round(FLOOR * 100), 101)]
    best = min(candidates, key=lambda one: (_contradicted(answers, one), abs(one - now)))
    low, high = sorted((now, best))
    between = [answer.right == (best < now) for answer in answers if low <= answer.score < high]
    if not between or _chance(sum(between), len(between)) > SIGNIFICANCE:
        return None
    return best


def _contradicted(answers: Sequence[AnsweredScore], threshold: float) -> int:
    return sum(answer.right != (answer.score >= threshold) for answer in answers)


def _chance(at_least: int, of: int) -> float:
    """The probability of at least as many heads of a fair coin."""
    ways: int = sum(comb(of, number) for number in range(at_least, of + 1))
    return ways / float(2**of)
