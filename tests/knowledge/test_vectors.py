"""Codes of vectors: their direction stays, few bytes do, and nothing else is taken for one."""

import numpy as np
import pytest

from services.knowledge import vectors


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosines: np.ndarray = (one * other).sum(axis=1) / lengths
    return cosines


@pytest.mark.parametrize(
    ("dimensions", "characters", "least"), [(512, 388, 0.99), (768, 388, 0.96), (16, 64, 0.99)]
)
def test_the_direction_stays(dimensions: int, characters: int, least: float) -> None:
    rows = np.random.default_rng(1).normal(size=(200, dimensions))
    codes = vectors.encoded_vectors(rows)
    assert max(len(code) for code in codes) <= characters
    assert _cosines(rows, vectors.vector_levels(codes).astype(np.float64)).min() > least


def test_a_length_says_nothing() -> None:
    rows = np.random.default_rng(2).normal(size=(3, 64))
    assert vectors.encoded_vectors(rows * 1000) == vectors.encoded_vectors(rows)


def test_some_large_numbers_make_the_others_no_coarser() -> None:
    """Such models give a few very large numbers to all pictures alike."""
    rows = np.random.default_rng(3).normal(size=(100, 512))
    loud = rows.copy()
    loud[:, [5, 77]] = 40
    levels = vectors.vector_levels(vectors.encoded_vectors(loud)).astype(np.float64)
    assert _cosines(loud, levels).min() > 0.995
    rows[:, [5, 77]] = levels[:, [5, 77]] = 0
    assert _cosines(rows, levels).min() > 0.985


def test_vectors_of_zeros_and_of_one_number() -> None:
    rows = np.zeros((2, 32))
    rows[1, 7] = -3
    levels = vectors.vector_levels(vectors.encoded_vectors(rows))
    assert not levels[0].any()
    assert np.flatnonzero(levels[1]).tolist() == [7]
    assert levels[1, 7] < 0


def test_dimensions_without_a_code() -> None:
    for dimensions in (1, vectors.MOST_DIMENSIONS + 1):
        with pytest.raises(ValueError, match=f"not {dimensions}"):
            vectors.encoded_vectors(np.ones((1, dimensions)))


def test_what_is_no_vector() -> None:
    good, other = vectors.encoded_vectors(np.ones((1, 40)))[0], vectors.encoded_vectors(np.ones((1, 41)))[0]
    assert vectors.dimensions(good) == 40
    for text in ("", "?", good[:-4], good + "AAA=", good + "/wAB", "é" + good[1:], "AAAA", "////" + good[4:]):
        assert not vectors.dimensions(text), text
    with pytest.raises(vectors.BrokenVector, match="40 dimensions"):
        vectors.vector_levels([good, other])
    assert vectors.vector_levels([]).shape[0] == 0


@pytest.mark.parametrize("dimensions", [100, 288, 289, 300, 384, 385, 460, 511, 576, 577, 1152])
def test_every_width(dimensions: int) -> None:
    """All levels, the outermost ones included, are read as they were written, whatever the number of their bits."""
    width = vectors.bits(dimensions)
    highest = 2 ** (width - 1) - 1
    levels = np.random.default_rng(5).normal(0, 3, (20, dimensions))
    levels[:, ::7] *= 100
    levels[:, 3] = 0.001
    read = vectors.vector_levels(vectors.encoded_vectors(levels))
    assert read.dtype == np.int8
    assert read.min() <= -highest
    assert read.max() >= highest
    assert (np.sign(read) * np.sign(levels) >= 0).all()
    order = np.argsort(levels[0])
    bounded = np.clip(read[0][order].astype(int), -highest, highest)
    assert (np.diff(bounded) >= 0).all()
