"""What a person's answers say of a score."""

import pytest

from services.knowledge.feedback import ENOUGH, AnsweredScore, Measured, better_threshold, measured

ABOVE = [AnsweredScore(0.9, True)] * ENOUGH


def test_precision_needs_enough_answers_from_the_threshold_up() -> None:
    some = [*[AnsweredScore(0.8, True)] * 15, *[AnsweredScore(0.6, False)] * 5]
    assert measured(some, 0.5) == Measured(20, 15)
    assert Measured(20, 15).precision == 0.75
    assert measured([*some[1:], AnsweredScore(0.4, True)], 0.5) is None


def test_wrong_ones_just_above_the_threshold_move_it_up() -> None:
    """To the first that contradicts fewest."""
    wrong = [AnsweredScore(0.5 + n / 100, False) for n in range(6)]
    assert better_threshold([*ABOVE, *wrong], 0.45) == 0.56


def test_right_ones_below_it_move_it_down() -> None:
    right = [AnsweredScore(0.3 + n / 100, True) for n in range(6)]
    assert better_threshold([*ABOVE, *right, *[AnsweredScore(0.2, False)] * 9], 0.45) == 0.3


@pytest.mark.parametrize(("wrong", "moves"), [(4, False), (5, True)])
def test_what_may_be_chance_moves_nothing(wrong: int, moves: bool) -> None:
    found = better_threshold([*ABOVE, *[AnsweredScore(0.5, False)] * wrong], 0.45)
    assert (found == 0.51) is moves
    assert (found is None) is not moves


def test_right_ones_among_wrong_ones_speak_for_the_present_threshold() -> None:
    mixed = [AnsweredScore(0.5, right) for right in (False, False, False, False, False, False, True, True)]
    assert better_threshold([*ABOVE, *mixed], 0.45) is None


def test_answers_that_fit_move_nothing() -> None:
    assert better_threshold([*ABOVE, *[AnsweredScore(0.2, False)] * 20], 0.45) is None


def test_too_few_answers_move_nothing() -> None:
    assert better_threshold([AnsweredScore(0.5, False)] * (ENOUGH - 1), 0.45) is None
    assert better_threshold([AnsweredScore(0.5, False)] * ENOUGH, 0.45) == 0.51


def test_a_threshold_never_leaves_its_range() -> None:
    assert better_threshold([AnsweredScore(1.0, False)] * ENOUGH, 0.45) is None, (
        "no threshold hides a score of 1"
    )
    assert better_threshold([AnsweredScore(0.1, True)] * ENOUGH, 0.45) == 0.1
