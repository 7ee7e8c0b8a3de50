"""What a network saw, category by category."""

import pytest

from services.gateway.presentation.why import why
from services.gateway.queries.verdicts import SeenClass, Verdict

GOLDEN, LABRADOR, TABBY = 207, 208, 281
LISTED = {"dog": ("dog", "Dog"), "cat": ("cat", "Cat")}


def said(*classes: tuple[int, float], model: str = "m") -> Verdict:
    return Verdict(model, [SeenClass(index, f"class {index}", p) for index, p in classes])


def test_a_category_is_as_sure_as_its_classes_together() -> None:
    found = why(said((GOLDEN, 0.4), (TABBY, 0.3), (LABRADOR, 0.2)), LISTED)
    assert [(reason.id, round(reason.score, 2)) for reason in found.reasons] == [("dog", 0.6), ("cat", 0.3)]
    assert [seen.index for seen in found.reasons[0].classes] == [GOLDEN, LABRADOR]


def test_a_class_counts_once_for_what_was_merged() -> None:
    merged = {"dog": ("pet", "Pet"), "cat": ("pet", "Pet")}
    (pet,) = why(said((GOLDEN, 0.4), (TABBY, 0.3)), merged).reasons
    assert (pet.id, round(pet.score, 2)) == ("pet", 0.7)


def test_what_stands_for_no_category_is_told_last() -> None:
    found = why(said((TABBY, 0.6), (GOLDEN, 0.3)), {"dog": ("dog", "Dog")})
    assert [reason.id for reason in found.reasons] == ["dog", None]
    assert [seen.index for seen in found.reasons[-1].classes] == [TABBY]


def test_scores_are_calibrated() -> None:
    """By the model's temperature: these networks are underconfident."""
    (modest,) = why(said((GOLDEN, 0.5)), LISTED).reasons
    (surer,) = why(said((GOLDEN, 0.5), model="efficientnet-lite0"), LISTED).reasons
    assert modest.score == pytest.approx(0.5)
    assert surer.score > 0.6


def test_what_is_hardly_seen_is_not_told() -> None:
    assert why(said((GOLDEN, 0.01)), LISTED).reasons == []
    assert why(said(), LISTED).reasons == []


def test_a_persons_own_labels_stand_for_themselves() -> None:
    """Whatever their indices mean to another network."""
    own = Verdict("own", [SeenClass(GOLDEN, "Our boat", 0.7)])
    (boat,) = why(own, LISTED, labelled=True).reasons
    assert (boat.id, boat.name, boat.score) == (None, "Our boat", 0.7)


def test_a_head_says_what_no_class_does() -> None:
    """It comes without classes; a score that classes account for is theirs."""
    people = {**LISTED, "person": ("person", "People")}
    seen = Verdict("m", said((GOLDEN, 0.4)).classes, {"person": 0.8, "dog": 0.4, "animals": 0.4})
    first, second = why(seen, people).reasons
    assert (first.id, first.score, first.head, first.classes) == ("person", 0.8, 0.8, [])
    assert (second.id, second.head) == ("dog", None)


def test_a_head_may_be_surer_than_the_classes() -> None:
    """Both are told."""
    (dog,) = why(Verdict("m", said((GOLDEN, 0.4)).classes, {"dog": 0.7}), LISTED).reasons
    assert (dog.score, dog.head, [one.index for one in dog.classes]) == (0.7, 0.7, [GOLDEN])
