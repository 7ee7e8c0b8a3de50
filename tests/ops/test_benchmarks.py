"""Every benchmark still runs: each is started once, in its smoke mode."""

import math
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ops.bench.labelled import PHOTOS, labelled
from ops.bench.measure import SMOKE, Unmeasurable
from ops.bench.photo_lists import LIST
from services.cli import bench
from tests.support.album import command_line
from tests.support.commands import command

NETWORK = (
    "browser",
    "library",
    "million",
    "network",
    "pages",
    "quality",
    "scale",
    "search",
    "threshold",
    "way",
)
"""Mostly because they start the whole album."""
NEEDS = {
    **{name: [pytest.mark.tensorflow] for name in NETWORK},
    "browser": [pytest.mark.tensorflow, pytest.mark.browser],
    "bus": [pytest.mark.rabbitmq],
    "scale": [pytest.mark.tensorflow, pytest.mark.rabbitmq],
}


def smoke(name: str, **variables: str) -> list[dict[str, Any]]:
    ran = command("bench", "--smoke", "--json", name, ALBUMEN_BATCH="4", **variables)
    assert ran.returncode == 0, ran.stderr
    answer = msgspec.json.decode(ran.stdout)
    assert answer["smoke"] is True
    found: list[dict[str, Any]] = answer["results"][name]
    return found


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=NEEDS.get(name, [])) for name in bench.available()]
)
def test_it_runs(name: str, request: pytest.FixtureRequest) -> None:
    """Takes seconds, with photos it generates; every line has a figure, and none is judged."""
    if request.node.get_closest_marker("browser") and shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    marked = request.node.get_closest_marker("rabbitmq")
    broker = {"ALBUMEN_BENCH_AMQP": request.getfixturevalue("amqp_url")} if marked else {}
    found = smoke(name, **broker)
    assert found
    for one in found:
        assert math.isfinite(one["value"]), one
        assert (one["target"], one["met"]) == (None, None)


def test_the_needs_are_those_of_benchmarks() -> None:
    assert set(NEEDS) <= set(bench.available())


def test_the_command_line_and_the_benchmarks_mean_the_same_variable() -> None:
    assert bench.SMOKE == SMOKE


def test_without_photos_it_says_which_and_how_to_give_them(tmp_path: Path) -> None:
    ran = command_line("bench", "quality", ALBUMEN_LABELLED=str(tmp_path / "none"))
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert f"There are no labelled photos in {tmp_path / 'none'}." in ran.stderr
    assert "Set ALBUMEN_LABELLED to a folder" in ran.stderr
    assert "These could not be measured: quality." in ran.stderr


def test_a_photo_that_the_list_names_and_the_folder_lacks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / LIST).write_text(f"{','.join(PHOTOS.columns)}\na.jpg,207,me,no,\n")
    monkeypatch.setenv(PHOTOS.variable, str(tmp_path))
    with (
        pytest.raises(Unmeasurable, match=r"names photos that are missing: a\.jpg, 1 in all"),
        labelled(),
    ):
        pass
