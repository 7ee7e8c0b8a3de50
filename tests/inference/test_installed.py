"""Anything else in the models' folder is skipped, and a model is installed completely or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.inference.installed import MANIFEST, Installed, digest, find, found, verify
from services.inference.registry import MODELS, UnknownModel
from services.inference.staging import complete, install, staging
from services.inference.weights import WeightsDamaged, WeightsNotFound

GOOD: dict[str, Any] = {
    "model_id": "own",
    "name": "Own",
    "kind": "keras",
    "file": "network.keras",
    "digest": "0" * 64,
    "input_size": 32,
    "class_count": 2,
    "source": "a test",
    "labels": ["one", "two"],
}


def manifest(folder: Path, name: str = "own", **changed: Any) -> Path:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / MANIFEST).write_text(json.dumps(GOOD | changed))
    return folder


def test_a_model(tmp_path: Path) -> None:
    (one,) = found(manifest(tmp_path))
    assert one == find(tmp_path, "own")
    assert one.path == tmp_path / "own" / "network.keras"


@pytest.mark.parametrize(
    "changed",
    [
        {"model_id": "other"},
        {"file": "../../etc/passwd"},
        {"file": "/etc/passwd"},
        {"labels": ["one"]},
        {"kind": "pickle"},
        {"input_size": "32"},
    ],
)
def test_what_is_no_model(tmp_path: Path, changed: dict[str, Any]) -> None:
    manifest(tmp_path, **changed)
    assert found(tmp_path) == []
    with pytest.raises(UnknownModel):
        find(tmp_path, "own")


def test_nothing_else_is_a_model(tmp_path: Path) -> None:
    """A broken file, an empty folder, an incomplete model, one that would replace a built-in model."""
    (tmp_path / "own").mkdir()
    assert found(tmp_path) == []
    (tmp_path / "own" / MANIFEST).write_text("{")
    manifest(tmp_path, ".own.part")
    manifest(tmp_path, "efficientnet-lite0", model_id="efficientnet-lite0")
    assert found(tmp_path) == []
    assert find(tmp_path, "efficientnet-lite0") is MODELS["efficientnet-lite0"]
    for name in ("own", "../own", "", "x" * 200):
        with pytest.raises(UnknownModel, match="efficientnet-lite2"):
            find(tmp_path, name)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    """For a SavedModel, any file in its folder, and its name."""
    part = staging(tmp_path, "own")
    (part / "network" / "variables").mkdir(parents=True)
    (part / "network" / "variables" / "data").write_bytes(b"1")
    fields = GOOD | {"kind": "savedmodel", "file": "network", "digest": digest(part / "network")}
    complete(tmp_path, Installed(**fields))
    (one,) = found(tmp_path)
    verify(one)
    (one.path / "variables" / "data").rename(one.path / "variables" / "other")
    with pytest.raises(WeightsDamaged, match="was changed"):
        verify(one)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    (one,) = found(manifest(tmp_path))
    with pytest.raises(WeightsNotFound):
        verify(one)


def test_stopped_in_the_middle_nothing_is_there(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"network")

    def stopped(copy: Path) -> Installed:
        assert copy.read_bytes() == b"network"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(tmp_path / "models", "own", tmp_path / "source", stopped, "network.keras")
    assert list((tmp_path / "models").iterdir()) == []
