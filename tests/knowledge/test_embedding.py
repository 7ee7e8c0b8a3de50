"""Embeddings encoded in 400 characters and decoded."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.embedding import CHANNELS, CODE_BYTES, LENGTH, BrokenEmbedding, decode, encode


def features(seed: int, count: int = 1, channels: int = CHANNELS) -> np.ndarray:
    """Like a network's: half near zero, few large."""
    rng = np.random.default_rng(seed)
    return (rng.exponential(0.35, (count, channels)) * (rng.random((count, channels)) < 0.5)).astype(
        np.float32
    )


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    found: np.ndarray = (one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    return found


def test_the_direction_stays() -> None:
    """And the text can be decoded by any base-85 library."""
    given_ = features(0, 20)
    texts = encode(given_)
    assert {len(text) for text in texts} == {LENGTH}
    assert {len(base64.b85decode(text)) for text in texts} == {CODE_BYTES}
    assert cosines(decode(texts), given_).min() > 0.97


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 16, 1280]), st.sampled_from([1e-9, 1e-3, 1.0, 1e6]))
def test_every_size_and_scale_fits(seed: int, channels: int, scale: float) -> None:
    given_ = features(seed, 2, channels) * scale
    found = decode(encode(given_), channels)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1], abs=1e-4)


@pytest.mark.parametrize("value", [0.0, 6.0, -1.0, np.nan, np.inf, 1e-12])
def test_what_says_nothing_points_nowhere(value: float) -> None:
    found = decode(encode(np.full((1, CHANNELS), value)))
    assert found.std() < 1e-6


def test_one_feature_alone() -> None:
    alone = np.zeros((1, CHANNELS), np.float32)
    alone[0, 77] = 5.5
    assert decode(encode(alone))[0].argmax() == 77
    assert decode(encode(alone)).max() > 0.99


def test_a_wider_network_is_folded() -> None:
    """Similarity is preserved: two that share most features stay closer than two that share none."""
    one, other = features(1, 1, 2560), features(2, 1, 2560)
    near = one * 0.9 + other * 0.1
    codes = decode(encode(np.concatenate([one, near, other])))
    assert codes[0] @ codes[1] > codes[0] @ codes[2] + 0.1


def test_texts_that_are_none() -> None:
    good = encode(features(3))[0]
    for broken in (
        "",
        "x",
        good[:-5],
        good + "00000",
        good[:-1] + '"',
        good[:-5] + "~~~~~",
        good[:-1] + "ä",
        "0" * 400,
    ):
        with pytest.raises(BrokenEmbedding):
            decode([good, broken])
    with pytest.raises(BrokenEmbedding):
        decode([good], 1024)
    assert decode([]).shape == (0, CHANNELS)


def test_two_wrongs_are_no_right() -> None:
    """One has as many features too many as the other lacks."""
    long, short = encode(features(4, 1, 1000))[0], encode(features(5, 1, 600))[0]
    with pytest.raises(BrokenEmbedding):
        decode([long, short], 800)
