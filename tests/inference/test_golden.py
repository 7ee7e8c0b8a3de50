"""The network's outputs match the reference implementation (ops/golden)."""

from pathlib import Path

import numpy as np
import pytest

from ops.golden.inputs import pictures
from services.inference.registry import MODELS

pytestmark = pytest.mark.tensorflow

GOLDEN = Path(__file__).parent / "golden"
TOLERANCE = 1e-3


@pytest.mark.parametrize("model_id", MODELS)
def test_logits_in_float32(model_id: str) -> None:
    """Folding, layouts, padding and normalisation change logits only by rounding."""
    from services.inference import lite  # imported first: it configures TensorFlow

    import tensorflow as tf  # isort: skip
    from services.inference.fold import fold
    from services.inference.weights import read

    spec = MODELS[model_id]
    wanted = np.load(GOLDEN / f"{model_id}.npz")["logits"]
    pixels = tf.constant(pictures(spec.input_size))
    found = lite.logits(pixels, fold(spec, read(spec)), tf.float32).numpy()
    assert np.abs(found - wanted).max() <= TOLERANCE
    assert (found.argmax(1) == wanted.argmax(1)).all()


@pytest.mark.parametrize("model_id", MODELS)
def test_the_20_best_in_the_precision_of_this_machine(model_id: str) -> None:
    """As a worker on this machine would answer, with batch padding and top-k."""
    from services.inference.model import Classifier

    spec = MODELS[model_id]
    wanted = np.load(GOLDEN / f"{model_id}.npz")["logits"].astype(np.float64)
    wanted = np.exp(wanted - wanted.max(1, keepdims=True))
    wanted /= wanted.sum(1, keepdims=True)
    classifier = Classifier.load(spec, batch=8)
    for (scores, _), expected in zip(classifier.classify(pictures(spec.input_size)), wanted, strict=True):
        assert len(scores) == 20
        assert [p for _, p in scores] == sorted((p for _, p in scores), reverse=True)
        loose = 1e-3 if classifier.plan.precision == "float32" else 0.05
        for index, probability in scores:
            assert probability == pytest.approx(expected[index], abs=loose)


def test_any_number_of_pictures() -> None:
    """Fixed batch sizes are internal to the network: the padding is invisible."""
    from services.inference.model import Classifier

    spec = MODELS["efficientnet-lite0"]
    classifier = Classifier.load(spec, batch=8)
    four = pictures(spec.input_size)
    alone = [classifier.classify(four[i : i + 1])[0] for i in range(4)]
    many = classifier.classify(np.concatenate([four] * 5))
    assert len(many) == 20
    for one, other in zip(alone * 5, many, strict=True):
        assert one.scores[0][0] == other.scores[0][0]
        assert one.scores[0][1] == pytest.approx(other.scores[0][1], abs=0.02)
