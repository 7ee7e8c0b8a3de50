"""`albumen export`, as a person types it beside no running Albumen."""

import json
from pathlib import Path

import pytest

from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.album import command_line
from tests.support.log import laid_down


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return laid_down(tmp_path, seeded.library)


def test_an_export_is_made_and_made_again(settings: Settings, tmp_path: Path) -> None:
    """The photos' disk need not be there."""
    first = command_line("export", tmp_path / "dest", "--data", settings.data)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("200 photos exported.\n")
    lines = (tmp_path / "dest/albumen.jsonl").read_text().splitlines()
    assert len(lines) == 200
    again = command_line("export", tmp_path / "dest", "--data", settings.data, "--json")
    status = json.loads(again.stdout)
    assert (status["status"], status["done"]) == ("done", 200)
    assert status["note"].startswith("0 files written, ")


@pytest.mark.parametrize(
    ("dest", "says"),
    [("none/dest", "can't be created"), ("file", "is a file: give a folder for the export.")],
)
def test_a_folder_that_does_not_fit_is_refused(
    settings: Settings, tmp_path: Path, dest: str, says: str
) -> None:
    (tmp_path / "file").write_text("mine")
    answer = command_line("export", tmp_path / dest, "--data", settings.data)
    assert answer.returncode == 2
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (tmp_path / "file").read_text() == "mine"
