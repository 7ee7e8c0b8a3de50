"""`albumen models` from the command line, on a separate data folder."""

import json
from pathlib import Path

import pytest

from services.inference.installed import found
from tests.support import networks
from tests.support.album import command_line


def test_all_that_there_are_are_listed(tmp_path: Path) -> None:
    ran = command_line("models", "--data", tmp_path, "--json")
    assert ran.returncode == 0, ran.stderr
    status = {row["id"]: row["status"] for row in json.loads(ran.stdout)}
    assert status["efficientnet-lite0"] == "embedded"
    assert status["efficientnet-b0"] == "29 MB to fetch"
    assert len(status) == 3 + 1 + 8 + 7
    assert "efficientnetv2-l" in command_line("models", "--data", tmp_path).stdout


def test_without_a_library_nothing_is_activated_or_compared(tmp_path: Path) -> None:
    for arguments, says in (
        (("activate", "efficientnet-lite0"), "albumen up FOLDER"),
        (("compare", "a", "b"), "no model called “a”"),
        (("fetch", "resnet"), "Choose one of"),
    ):
        ran = command_line("models", *arguments, "--data", tmp_path)
        assert ran.returncode == 2
        assert says in ran.stderr
        assert "Traceback" not in ran.stderr


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras 3.15 with NumPy 2.4
def test_a_classifier_of_ones_own(tmp_path: Path) -> None:
    networks.tiny(3).save(tmp_path / "garden.keras")
    two = networks.labels(tmp_path / "two.txt", "rose", "tulip")
    three = networks.labels(tmp_path / "three.txt", "rose", "tulip", "weed")
    data = tmp_path / "data"
    refused = command_line("models", "add", tmp_path / "garden.keras", "--labels", two, "--data", data)
    assert refused.returncode == 1
    assert "was not added. It has 3 outputs for 2 labels" in refused.stderr
    assert found(data / "models") == []
    added = command_line("models", "add", tmp_path / "garden.keras", "--labels", three, "--data", data)
    assert added.returncode == 0, added.stderr
    assert "0..255 (by its Rescaling layer" in added.stdout
    assert [one.model_id for one in found(data / "models")] == ["garden"]
    again = command_line("models", "add", tmp_path / "garden.keras", "--labels", three, "--data", data)
    assert again.returncode == 2
    assert "already" in again.stderr
    reserved = command_line(
        "models", "add", tmp_path / "garden.keras", "--labels", three, "--name", "rules", "--data", data
    )
    assert reserved.returncode == 2
