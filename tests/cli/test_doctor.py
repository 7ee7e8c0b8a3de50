"""`albumen doctor` finds what is wrong with the log, says what to do, and changes nothing."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.kernel.log.migrate import steps
from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.album import command_line
from tests.support.log import laid_down
from tests.support.stack import stack

RECORDS = 618


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return laid_down(tmp_path, seeded.library)


def tamper(settings: Settings, statements: str) -> None:
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.executescript(statements)


async def test_a_sound_log_while_albumen_runs(settings: Settings) -> None:
    async with stack(settings) as running:
        await running.done("create-album", {"name": "Just now"})
        healthy = command_line("doctor", "--data", settings.data)
        for_scripts = command_line("doctor", "--data", settings.data, "--json")
    assert (healthy.returncode, healthy.stderr) == (0, "")
    assert f"The log is in order: {RECORDS + 2} entries in {settings.events_db}." in healthy.stdout
    report = json.loads(for_scripts.stdout)
    decoders = report.pop("decoders")
    assert (decoders["open"], decoders["problems"]) == ([], []), "on this computer as on every Linux"
    assert "Programs that open photos can reach no other file" in healthy.stdout
    assert report == {
        "ok": True,
        "log": {
            "path": str(settings.events_db),
            "schema": steps()[-1][0],
            "records": RECORDS + 2,
            "chained": RECORDS + 2,
            "recoveries": [],
            "problems": [],
        },
        "tables": {"problems": []},
    }


def test_all_that_is_wrong_is_listed(settings: Settings) -> None:
    tamper(
        settings,
        """DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; DELETE FROM event WHERE position = 9;
        UPDATE event SET recorded_at = recorded_at + 1 WHERE position = 600""",
    )
    content = settings.events_db.read_bytes()

    ill = command_line("doctor", "--data", settings.data)
    for_scripts = command_line("doctor", "--data", settings.data, "--json")

    assert ill.returncode == for_scripts.returncode == 1
    assert "Entry 9 is missing from the log.\n  Restore the newest backup" in ill.stdout
    assert "Entry 600 of the log is not what Albumen wrote there.\n  Check the disk." in ill.stdout
    assert "2 problems were found." in ill.stderr
    report = json.loads(for_scripts.stdout)
    assert not report["ok"]
    problems = report["log"]["problems"]
    assert [(one["code"], one["position"]) for one in problems] == [("missing", 9), ("changed", 600)]
    assert settings.events_db.read_bytes() == content


def test_a_log_that_is_damaged_throughout_is_not_listed_record_by_record(settings: Settings) -> None:
    tamper(settings, "DROP TRIGGER event_no_update; UPDATE event SET recorded_at = 0")
    ill = command_line("doctor", "--data", settings.data)
    assert "20 problems were found." in ill.stderr


def test_a_folder_without_a_log(tmp_path: Path) -> None:
    ill = command_line("doctor", "--data", tmp_path, "--json")
    assert ill.returncode == 1
    assert [one["code"] for one in json.loads(ill.stdout)["log"]["problems"]] == ["absent"]
    assert list(tmp_path.iterdir()) == []
