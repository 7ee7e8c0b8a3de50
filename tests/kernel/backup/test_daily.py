"""The backup of a day: made up after a day off, in each place even if the other fails."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.backup.daily import back_up, copy_newest, due, task
from services.kernel.backup.making import making
from services.kernel.backup.manifest import backups
from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.log import write

NOW = datetime(2026, 11, 29, 0, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    own = Settings(data=tmp_path / "data", previews=tmp_path / "previews", second_backups=tmp_path / "usb")
    asyncio.run(write(own, list(seeded.library(tmp_path / "photos"))[:40]))
    (tmp_path / "usb").mkdir()
    return own


@pytest.mark.parametrize(
    ("hours", "expected"),
    [([], True), ([1], True), ([24], True), ([24 * 40], True), ([0], False), ([-1], False), ([24, 0], False)],
)
def test_each_calendar_day_needs_one(hours: list[int], expected: bool) -> None:
    """`hours`: before five past midnight."""
    assert due([NOW - timedelta(hours=ago) for ago in hours], NOW) is expected


def test_a_backup_from_a_wrong_clock_stops_none() -> None:
    assert due([NOW + timedelta(days=900)], NOW)


@given(st.lists(st.integers(0, 400)), st.integers(0, 86_399))
def test_after_a_backup_none_is_due_that_day_and_one_the_next(days: list[int], second: int) -> None:
    now = NOW.replace(hour=0, minute=0) + timedelta(seconds=second)
    times = [now - timedelta(days=day) for day in days]
    assert not due([*times, now], now)
    assert due([*times, now], now + DAY)


def test_both_places_get_the_same(settings: Settings, tmp_path: Path) -> None:
    report = back_up(settings, NOW)
    assert report.failures == []
    assert [one.name for one in backups(settings.backups)] == [report.name]
    assert [one.manifest for one in backups(tmp_path / "usb")] == [backups(settings.backups)[0].manifest]
    assert task(settings, NOW) is None
    assert task(settings, NOW + DAY) == "backup"


def test_what_a_disk_missed_is_copied_when_it_is_back(settings: Settings, tmp_path: Path) -> None:
    usb = (tmp_path / "usb").rename(tmp_path / "drawer")
    report = back_up(settings, NOW)
    assert report.name
    (failure,) = report.failures
    assert "Connect its disk" in failure.text % failure.values
    assert failure.folder == str(tmp_path / "usb")
    assert not (tmp_path / "usb").exists()
    assert task(settings, NOW) is None
    usb.rename(tmp_path / "usb")
    assert task(settings, NOW) == "mirror"

    assert copy_newest(settings).failures == []

    assert [one.name for one in backups(tmp_path / "usb")] == [report.name]
    assert task(settings, NOW) is None


def test_the_second_place_gets_one_if_the_first_cannot(settings: Settings, tmp_path: Path) -> None:
    settings.backups.write_text("a file where the folder should be")
    report = back_up(settings, NOW)
    assert [failure.folder for failure in report.failures] == [str(settings.backups)]
    assert [one.name for one in backups(tmp_path / "usb")] == [report.name]


def test_nothing_is_begun_twice(settings: Settings) -> None:
    with making(settings):
        (failure,) = back_up(settings, NOW).failures
    assert "already running" in failure.text
    assert backups(settings.backups) == []


def test_old_ones_go_in_both_places(settings: Settings, tmp_path: Path) -> None:
    for day in range(20, -1, -1):
        assert back_up(settings, NOW - day * DAY).failures == []
    names = [one.name for one in backups(settings.backups)]
    assert 14 <= len(names) < 21
    assert [one.name for one in backups(tmp_path / "usb")] == names


def test_without_a_second_place_nothing_is_copied(settings: Settings) -> None:
    alone = msgspec.structs.replace(settings, second_backups=None)
    assert copy_newest(alone).name is None
    assert back_up(alone, NOW).failures == []
    assert task(alone, NOW) is None
    shutil.rmtree(alone.backups)
    assert task(alone, NOW) == "backup"
