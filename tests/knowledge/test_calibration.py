"""Probabilities after temperature scaling, and scores that are made surer from a threshold up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inference.registry import DETECTORS, MODELS
from services.knowledge.calibration import calibrated, log_odds, steepness, surer, temperatures


def softmax(logits: list[float]) -> list[float]:
    powers = [math.exp(x) for x in logits]
    return [p / sum(powers) for p in powers]


@given(st.lists(st.floats(-8, 8), min_size=3, max_size=12), st.floats(0.3, 3))
def test_as_if_the_logits_had_been_divided(logits: list[float], temperature: float) -> None:
    classes = list(enumerate(softmax(logits)))
    wanted = softmax([x / temperature for x in logits])
    found = calibrated(classes, temperature, len(logits))
    assert [p for _, p in found] == pytest.approx(wanted, abs=1e-6)


def test_what_is_not_told_counts_as_shared_evenly() -> None:
    logits = [5.0, 4.0, *[1.0] * 98]
    classes = list(enumerate(softmax(logits)))[:2]
    wanted = softmax([x / 0.5 for x in logits])[:2]
    assert [p for _, p in calibrated(classes, 0.5, 100)] == pytest.approx(wanted)


def test_one_changes_nothing() -> None:
    classes = [(3, 0.5), (1, 0.25)]
    assert calibrated(classes, 1.0) == classes


@pytest.mark.parametrize("said", [[], [(1, 0.0)], [(1, 1.0)], [(1, 1.000001), (2, 1e-9)]])
def test_extremes(said: list[tuple[int, float]]) -> None:
    found = calibrated(said, 0.7)
    assert [index for index, _ in found] == [index for index, _ in said]
    assert all(0 <= p <= 1.0001 for _, p in found)


def test_each_of_our_models_has_one() -> None:
    assert set(temperatures()) == set(MODELS)
    assert all(0.3 < number < 3 for number in temperatures().values())


@given(st.floats(0, 1), st.floats(0.1, 0.9), st.floats(1, 8))
def test_a_surer_score_stays_on_its_side_of_the_threshold(
    score: float, threshold: float, times: float
) -> None:
    """So no photo enters or leaves a category."""
    later = surer(score, threshold, times)
    assert (later >= threshold) == (score >= threshold)
    assert 0 <= later <= 1
    assert later >= score - 1e-9
    if score <= threshold:
        assert later == score


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted), st.floats(0.1, 0.9), st.floats(1, 8))
def test_surer_scores_keep_their_order(scores: list[float], threshold: float, times: float) -> None:
    low, high = (surer(score, threshold, times) for score in scores)
    assert low <= high + 1e-12


def test_above_the_threshold_log_odds_are_multiplied() -> None:
    later = log_odds(surer(0.6, 0.45, 5))
    assert later - log_odds(0.45) == pytest.approx(5 * (log_odds(0.6) - log_odds(0.45)))


def test_each_model_with_heads_or_boxes_has_its_steepness() -> None:
    """More than 1: they are right more often than they say."""
    assert set(steepness()) == {*MODELS, *DETECTORS}
    assert all(1 < number < 12 for number in steepness().values())
