"""What classes name in the place of people is silent beside them, whoever sees those: a head, a detector, the user."""

from collections.abc import Callable

import pytest

from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.categories.events import CategoriesMerged, ThresholdSet
from services.domain.categories.learning import CategoryLearned, CategoryTaught
from services.domain.files.events import ImageImported
from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated
from services.domain.subject import Event
from tests.projector import test_labels_from_boxes as boxes
from tests.projector import test_labels_from_heads as heads
from tests.support.given import given, read_tables

SHOWN = "SELECT category_id FROM image_category ORDER BY category_id"
SUIT, GUITAR, PUG, FISH = 834, 546, 254, 1
NOTHING = heads.NOTHING
HALF_SUIT = [(SUIT, 0.5), NOTHING]
See = Callable[..., list[Event]]
"""Called with the classes that a network names beside people."""


def by_head(*classes: tuple[int, float]) -> list[Event]:
    return [ModelActivated(model_id=heads.LITE), heads.seen(*classes)]


def by_detector(*classes: tuple[int, float], side: int = 400) -> list[Event]:
    return [*boxes.USED, boxes.seen(*classes), boxes.found(boxes.box("person", side=side))]


def alone(*classes: tuple[int, float]) -> list[Event]:
    return [*boxes.USED, boxes.seen(*classes), boxes.found()]


def shown(events: list[Event], *categories: str) -> None:
    given(*events).then(SHOWN, *((one,) for one in categories))


@pytest.mark.parametrize("see", [by_head, by_detector])
@pytest.mark.parametrize(
    ("classes", "categories"),
    [
        (HALF_SUIT, ["person"]),
        ([(SUIT, 0.95)], ["clothing", "person", "suit"]),
        ([(GUITAR, 0.5), NOTHING], ["person"]),
        ([(PUG, 0.5), NOTHING], ["animals", "dog", "person"]),
        ([(PUG, 0.3), (FISH, 0.3), NOTHING], ["person"]),
    ],
)
def test_what_people_wear_or_hold_is_silent_beside_them(
    see: See, classes: list[tuple[int, float]], categories: list[str]
) -> None:
    """Unless it is sure; so is the group of animals without one of them."""
    shown(see(*classes), *categories)


@pytest.mark.parametrize(
    ("classes", "categories"),
    [(HALF_SUIT, ["clothing", "suit"]), ([(PUG, 0.3), (FISH, 0.3), NOTHING], ["animals"])],
)
def test_without_people_it_speaks(classes: list[tuple[int, float]], categories: list[str]) -> None:
    shown(alone(*classes), *categories)


def test_people_in_the_background_silence_it_though_they_name_no_photo() -> None:
    shown(by_detector(*HALF_SUIT, side=150))


@pytest.mark.parametrize("see", [by_head, by_detector])
def test_the_user_says_that_nobody_is_there(see: See) -> None:
    """Then what was silent speaks, until the user takes that back."""
    nobody = CategoryRejected(image_id="a", category_id="person")
    shown([*see(*HALF_SUIT), nobody], "clothing", "suit")
    shown([*see(*HALF_SUIT), nobody, CategoryCleared(image_id="a", category_id="person")], "person")


def test_the_user_says_that_somebody_is_there() -> None:
    somebody = CategoryAssigned(image_id="a", category_id="person")
    shown([*alone(*HALF_SUIT), somebody], "person")


def test_the_answer_counts_wherever_people_were_merged_into() -> None:
    merged = CategoriesMerged(category_id="person", into_id="mountain")
    nobody = CategoryRejected(image_id="a", category_id="mountain")
    shown([*by_head(*HALF_SUIT), merged, nobody], "clothing", "suit")


def test_people_from_another_score_on() -> None:
    """Of those below the user's threshold nobody is sure, whatever network sees them."""
    own = ImageClassified(
        image_id="a",
        model_id="own",
        weights_digest="d",
        preprocessing_id="p",
        classes=[(0, 0.5), (1, 0.7)],
        labels=["People", "Suit & tie"],
    )
    seen = [ModelActivated(model_id="own"), own]
    shown(seen, "people", "person")
    shown([*seen, ThresholdSet(category_id="person", threshold=0.6)], "clothing", "people", "suit")


def test_what_a_category_learned_is_never_silent() -> None:
    taught = CategoryTaught(category_id="suit", taught=True)
    learned = CategoryLearned(
        category_id="suit",
        model_id=heads.LITE,
        weights=bytes(1280),
        scale=1.0,
        bias=0.5,  # a score of 0.62
        examples=3,
        refused=0,
        until=0,
    )
    shown([*by_head(*HALF_SUIT), taught, learned], "person", "suit")


CROSSWORD = 918


def paper(*classes: tuple[int, float]) -> list[Event]:
    """A grey page, wide as a panorama."""
    scanned = ImageImported(
        image_id="a",
        format="TIFF",
        size=10,
        width=9000,
        height=3000,
        colour="#102030",
        taken_at="2020-05-17T10:00:00",
        taken_at_source="exif",
        camera_make="Maker",
        grey=True,
    )
    return [ModelActivated(model_id=heads.LITE), scanned, boxes.seen(*classes)]


def test_a_document_is_neither_black_and_white_nor_a_panorama() -> None:
    both = ("kind-black-white", "kind-panorama")
    shown(paper(), *both)
    shown(paper((CROSSWORD, 0.3), NOTHING), *both)
    shown(paper((CROSSWORD, 0.95)), "document", "kind-document", "work")


def test_a_document_is_what_the_user_says_is_one() -> None:
    says = {"image_id": "a", "category_id": "kind-document"}
    shown([*paper(), CategoryAssigned(**says)], "kind-document")
    refused = [*paper((CROSSWORD, 0.95)), CategoryRejected(**says)]
    shown(refused, "document", "kind-black-white", "kind-panorama", "work")
    shown([*refused, CategoryCleared(**says)], "document", "kind-document", "work")


def test_a_panorama_that_the_user_calls_one_stays_one() -> None:
    says = CategoryAssigned(image_id="a", category_id="kind-panorama")
    shown([*paper((CROSSWORD, 0.95)), says], "document", "kind-document", "kind-panorama", "work")


def test_a_category_is_found_by_its_labels_alone() -> None:
    """However many others there are: no part of the views goes through all labels."""
    db, _tables = read_tables()
    counted = "EXPLAIN QUERY PLAN SELECT count(*) FROM image_category WHERE category_id = 'dog'"
    steps = [row[3] for row in db.execute(counted)]
    assert any(
        "SEARCH l USING COVERING INDEX label_category (category_id=? AND model_id=?" in step for step in steps
    ), steps
    assert not any(step.startswith("SCAN l") for step in steps), steps
