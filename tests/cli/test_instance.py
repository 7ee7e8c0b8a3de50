"""One gateway per data folder: the locks, and what is left of them."""

import shutil
from pathlib import Path

import pytest

from services.cli import instance
from services.cli.errors import Unsuccessful
from services.kernel.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "data/previews")


def refuses(settings: Settings) -> None:
    with pytest.raises(Unsuccessful, match="already running"), instance.only_one(settings):
        raise AssertionError


@pytest.mark.parametrize("deleted", ["gateway.lock", "."])
def test_a_second_one_is_refused_whatever_is_deleted_in_run(settings: Settings, deleted: str) -> None:
    with instance.only_one(settings):
        refuses(settings)
        path = settings.run / deleted
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        refuses(settings)
    with instance.only_one(settings):
        refuses(settings)


def test_it_ends_in_order_when_its_address_can_not_be_removed(settings: Settings) -> None:
    """As on a disk that has become read-only. It counts no more, as nobody holds the lock."""
    with instance.only_one(settings):
        (settings.run / "gateway.json").mkdir()
    assert instance.running(settings) is None
