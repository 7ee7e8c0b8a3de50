"""A detector's raw peaks become the objects of a picture."""

import numpy as np
import pytest

from services.domain.jobs.objects import MOST_OBJECTS, SCALE, ObjectBox
from services.inference.boxes import FAINTEST, objects


def of(*peaks: tuple[float, float, float, float, float, int]) -> list[ObjectBox]:
    """`peaks`: left, top, right, bottom, score, label."""
    rows = np.array(peaks, np.float32).reshape(-1, 6)
    return objects(rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int32)).boxes


def test_lengths_are_thousandths_of_the_picture_best_first() -> None:
    boxes = of((0.5, 0.25, 0.75, 1.0, 0.5, 16), (0.0, 0.0, 0.1, 0.2, 0.9, 0))
    assert boxes == [ObjectBox(0, 0.9, 0, 0, 100, 200), ObjectBox(16, 0.5, 500, 250, 250, 750)]


def test_nothing_is_found_in_an_empty_picture() -> None:
    assert of() == []
    assert of((0.1, 0.1, 0.5, 0.5, FAINTEST - 0.01, 0)) == []


def test_what_reaches_beyond_the_edge_is_cut_there() -> None:
    assert of((-0.5, 0.9, 0.5, 1.7, 0.8, 2)) == [ObjectBox(2, 0.8, 0, 900, 500, 100)]


def test_what_lies_outside_or_has_no_size_is_dropped() -> None:
    outside = (1.2, 0.1, 1.5, 0.5, 0.9, 0)
    inverted = (0.6, 0.6, 0.4, 0.4, 0.9, 0)
    speck = (0.10001, 0.1, 0.10002, 0.5, 0.9, 0)
    assert of(outside, inverted, speck) == []


def test_of_boxes_of_one_object_the_best_is_kept_but_not_across_classes() -> None:
    person, again, rider = (
        (0.1, 0.1, 0.5, 0.9, 0.8, 0),
        (0.11, 0.1, 0.5, 0.9, 0.7, 0),
        (0.1, 0.1, 0.5, 0.9, 0.6, 3),
    )
    neighbour = (0.4, 0.1, 0.8, 0.9, 0.5, 0)
    assert [(box.label, box.score) for box in of(again, person, rider, neighbour)] == [
        (0, 0.8),
        (3, 0.6),
        (0, 0.5),
    ]


def test_of_ten_thousand_objects_the_best_hundred_are_kept() -> None:
    generator = np.random.default_rng(7)
    corners = generator.integers(0, 99, (10_000, 2)) / 100
    scores = generator.uniform(FAINTEST, 1, 10_000).astype(np.float32)
    boxes = objects(np.concatenate([corners, corners + 0.01], 1), scores, np.zeros(10_000, np.int32)).boxes
    assert len(boxes) == MOST_OBJECTS
    assert [box.score for box in boxes] == sorted((box.score for box in boxes), reverse=True)


@pytest.mark.parametrize("place", [(500, 0, 501, 10), (0, 500, 10, 501), (0, 0, SCALE + 1, 10)])
def test_no_box_lies_outside_the_picture(place: tuple[int, int, int, int]) -> None:
    """Those of `objects` never do; this is about what others send."""
    import msgspec

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert([0, 0.5, *place], ObjectBox)
