"""How well sentences fit photos, and what a person's answers make of it."""

import math
import time

import numpy as np
import pytest

from services.knowledge.captions import LOWEST, NEUTRAL, Photos, Sentences, packed, score, shift

AXES = np.eye(8)


def levels(*parts: tuple[int, float]) -> np.ndarray:
    """int8 [1, 8]: a photo that shows so much of something."""
    return np.array([np.rint(100 * sum(share * AXES[axis] for axis, share in parts))], np.int8)


def of(*axes: int) -> list[bytes]:
    return [packed(AXES[axis].tolist()) for axis in axes]


def margin(sentences: Sentences, *parts: tuple[int, float]) -> float:
    return float(sentences.margins(Photos(levels(*parts)))[0][0])


def test_only_the_direction_of_a_vector_is_kept() -> None:
    assert packed([0.5, -0.25, 0.0]) == packed([2.0, -1.0, 0.0]) == np.array([127, -64, 0], np.int8).tobytes()
    assert packed([-3.0, 0.0]) == np.array([-127, 0], np.int8).tobytes()
    assert packed([0.0, 0.0]) == bytes(2)


def test_a_photo_between_a_sentence_and_a_neutral_caption_is_an_even_chance() -> None:
    assert margin(Sentences(of(0), of(1)), (0, 0.5), (1, 0.5)) == pytest.approx(0, abs=1e-3)
    assert score(0.0) == 0.5
    assert margin(Sentences(of(0), of(1)), (0, 0.6), (1, 0.5)) == pytest.approx(
        1000 / math.hypot(60, 50), abs=1e-3
    )
    assert margin(Sentences(of(0), of(1)), (0, 0.5), (1, 0.6)) < -5


def test_captions_and_sentences_count_together() -> None:
    """Two that fit equally well are twice as likely as one."""
    parts = ((0, 0.5), (1, 0.5), (2, 0.5), (3, 0.5))
    assert margin(Sentences(of(0), of(2, 3)), *parts) == pytest.approx(-math.log(2), abs=1e-3)
    assert margin(Sentences(of(0, 1), of(2)), *parts) == pytest.approx(math.log(2), abs=1e-3)
    assert margin(Sentences(of(0), of(2)), (4, 1)) == pytest.approx(0, abs=1e-3)


def test_a_neutral_caption_that_says_the_same_does_not_count_against_it() -> None:
    """Else “a group of people” could find no people. It is the same if no two neutral captions are as near."""
    people = Sentences(of(0), of(0, 1, 2))
    assert margin(people, (0, 1)) == margin(Sentences(of(0), of(1, 2)), (0, 1)) > 5
    near = [packed((AXES[1] + AXES[2] / 2).tolist()), *of(1)]
    assert margin(Sentences([packed((AXES[0] + AXES[1]).tolist())], near), (1, 1)) < 0, "these two are nearer"
    assert margin(Sentences(of(0), of(0)), (0, 1)) == pytest.approx(0, abs=1e-3), "there is no other"


def test_one_thread_computes_what_photos_and_captions_have_in_common() -> None:
    """Several would wait for each other longer than they compute."""
    chance = np.random.default_rng(4)
    photos = Photos(chance.integers(-7, 8, (256, 512), np.int8))
    captions = chance.integers(-127, 128, (len(NEUTRAL), 512)).astype(np.float32)
    photos.likenesses(captions)
    all_threads, own = time.process_time(), time.thread_time()
    for _ in range(40):
        photos.likenesses(captions)
    all_threads, own = time.process_time() - all_threads, time.thread_time() - own
    assert all_threads < 1.5 * own + 0.02


def test_a_photo_alone_and_among_others_has_the_same_margin() -> None:
    chance = np.random.default_rng(3)
    sentences = Sentences(
        [packed(chance.normal(size=512).tolist())], [packed(chance.normal(size=512).tolist())] * 9
    )
    many = chance.integers(-7, 8, (300, 512)).astype(np.int8)
    together, places = sentences.margins(Photos(many))
    alone = [sentences.margins(Photos(many[n : n + 1]))[0][0] for n in range(300)]
    assert together.tolist() == alone
    assert set(places.tolist()) == {0}


def test_margins_have_a_least_value() -> None:
    assert margin(Sentences(of(0), of(1)), (1, 1)) == LOWEST


@pytest.mark.parametrize(
    ("own", "others"),
    [([], of(1)), (of(0), []), (of(0), [b"short"]), ([b""], [b""]), ([b"ab", b"abc"], [b"ab"])],
)
def test_vectors_that_do_not_belong_together(own: list[bytes], others: list[bytes]) -> None:
    with pytest.raises(ValueError, match="same length"):
        Sentences(own, others)


def test_too_few_answers_move_nothing() -> None:
    assert shift([5.0] * 9, [4.0] * 2) == shift([5.0] * 2, [4.0] * 9) == 0.0
    assert shift([5.0] * 3, [4.0] * 3) > 0


def test_answers_move_the_line_between_them() -> None:
    assert 3 < shift([6, 6, 7], [2, 3, 3]) < 6
    assert -3.5 < shift([-2.5, -2.5, -2], [-4, -4, -4.5]) < -2.5
    assert shift([7, 6, 6], [3, 2, 3]) == shift([6, 6, 7], [2, 3, 3]), "in any order"
    assert round(shift([6, 6, 7], [2, 3, 3]), 2) == shift([6, 6, 7], [2, 3, 3])


def test_the_line_stays_near_the_default_where_answers_leave_it_room() -> None:
    assert abs(shift([9, 9, 9], [-6, -6, -6])) < 1
    assert 2 < shift([30, 30, 30], [2, 2, 2]) < 8
    assert shift([30] * 3, [2] * 3) < shift([30] * 30, [2] * 30) + 1e-9


def test_more_answers_of_one_kind_pull_the_line_their_way() -> None:
    assert shift([2] * 9, [2] * 3) < shift([2] * 3, [2] * 3) < shift([2] * 3, [2] * 9)


def test_the_line_never_leaves_what_is_stored() -> None:
    assert shift([LOWEST] * 50, [LOWEST] * 3) >= LOWEST + 1 - 1e-6
    assert shift([50.0] * 3, [50.0] * 500) <= 50


def test_neutral_captions_are_few_and_different() -> None:
    assert len(set(NEUTRAL)) == len(NEUTRAL) <= 40
