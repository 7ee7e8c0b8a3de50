"""Heads: everyday ideas over a network's embedding."""

import base64

import numpy as np
import pytest

from services.inference.registry import MODELS
from services.knowledge import heads, taxonomy
from services.knowledge.calibration import steepness, surer
from services.knowledge.embedding import CHANNELS, BrokenEmbedding, counts, encode
from services.knowledge.head_table import table
from tests.support.ideas import showing, weights

LITE = "efficientnet-lite0"


def noise(count: int) -> list[str]:
    return encode(np.random.default_rng(7).exponential(0.4, (count, CHANNELS)).astype(np.float32))


def test_each_network_has_heads_for_people() -> None:
    """And every category of a head is one of the tree, named once."""
    assert set(table()) == set(MODELS)
    for rows in table().values():
        ids = [id_ for head in rows for id_ in head.ids]
        assert "person" in ids
        assert len(set(ids)) == len(ids)
        assert set(ids) <= set(taxonomy.load().categories)
        assert all(len(base64.b64decode(head.weights)) == CHANNELS for head in rows)


def test_a_category_without_classes_has_a_head() -> None:
    """Of each network: otherwise another model would empty it."""
    known = taxonomy.load()
    used = {id_ for index in range(len(known.classes)) for id_ in known.of_class(index)}
    bare = {c.id for c in known.categories.values() if "kinds" not in (c.id, c.group_id)} - used
    for rows in table().values():
        assert bare <= {id_ for head in rows for id_ in head.ids}


def test_a_score_is_logistic_in_the_clipped_steps_and_calibrated() -> None:
    """Of noise below the threshold, and of pictures from hardly to clearly of people above."""
    head = table()[LITE][0]
    rows = (weights(head) > 0) * np.linspace(0.5, 6, 12)[:, np.newaxis]
    codes = [*noise(3), *encode(rows.astype(np.float32))]
    plain = 1 / (1 + np.exp(-(np.minimum(counts(codes), 6) / 35 @ weights(head) * head.scale + head.bias)))
    line = taxonomy.load().categories["person"].threshold
    wanted = [surer(score, line, steepness()[LITE]) for score in plain]
    assert np.ptp(plain) > 0.5
    assert sum(score > line for score in plain) >= 2
    mine = heads.of(LITE)
    assert mine is not None
    assert mine.scores(codes)[:, 0] == pytest.approx(wanted, abs=1e-6)


def test_who_shows_people_scores_high() -> None:
    mine = heads.of(LITE)
    assert mine is not None
    people, other = mine.scores([showing(LITE, "person"), *noise(1)])[:, mine.ids.index(("person",))]
    assert people > 0.9 > 0.45 > other


def test_a_batch_changes_no_score() -> None:
    """A rebuild gives the same tables as one photo after another."""
    mine = heads.of(LITE)
    assert mine is not None
    codes = noise(300)
    together = mine.scores(codes)
    assert np.array_equal(together, np.concatenate([mine.scores([code]) for code in codes]))


def test_a_model_without_heads_has_none() -> None:
    assert heads.of("own") is None


def test_a_broken_embedding_is_refused() -> None:
    mine = heads.of(LITE)
    assert mine is not None
    with pytest.raises(BrokenEmbedding):
        mine.scores([*noise(1), "no embedding"])
    assert mine.scores([]).shape == (0, len(mine.ids))
