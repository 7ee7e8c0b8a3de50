"""How sure scores may be: fitted to what photos show, and measured on others."""

import numpy as np
import pytest

from ops.bench.calibration import error_by_chance, error_of
from ops.steepness import Said, cross_validated, fit
from services.knowledge.calibration import surer


def said(steepness: float, fold: int = 0, number: int = 3000) -> list[Said]:
    """Scores that are right as often as if they were steeper."""
    rng = np.random.default_rng(fold)
    scores = rng.uniform(0.45, 0.8, number)
    chances = [surer(score, 0.45, steepness) for score in scores.tolist()]
    return [
        Said(score, 0.45, bool(right), fold)
        for score, right in zip(scores.tolist(), rng.random(number) < chances, strict=True)
    ]


@pytest.mark.parametrize("true", [1, 2.5, 5])
def test_the_number_is_found_that_the_photos_follow(true: float) -> None:
    assert fit(said(true)) == pytest.approx(true, abs=0.5)


def test_a_photo_is_judged_by_those_of_other_folds() -> None:
    """Both are steep in another way, so each gets the other's."""
    flat, steep = said(1, fold=0, number=500), said(6, fold=1, number=500)
    later = cross_validated([*flat, *steep])
    assert later[0] == surer(flat[0].score, 0.45, fit(steep))
    assert later[-1] == surer(steep[-1].score, 0.45, fit(flat))


def test_the_calibration_error_is_the_mean_distance_in_bins() -> None:
    """0.9 that is right in 3 of 4, and 0.5 in half: (4 * 0.15 + 2 * 0) / 6."""
    scores = np.array([0.9] * 4 + [0.5] * 2)
    right = np.array([True, True, True, False, True, False])
    assert error_of(scores, right) == pytest.approx(0.1)
    assert error_of(scores[:0], right[:0]) == 0


def test_few_scores_are_off_by_chance_alone() -> None:
    """As they would be at heads or tails: the mean distance of one toss from a half is a half."""
    assert error_by_chance(np.array([0.5])) == pytest.approx(0.5)
    assert error_by_chance(np.full(10_000, 0.5)) < 0.01
