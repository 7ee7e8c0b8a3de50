"""A scan records the computer's time zone, and dates of which only UTC is known are shown in it."""

import os

import pytest
from PIL import Image

from services.domain.files.events import ScanStarted
from services.kernel.settings import Settings
from tests.support.stack import Stack

pytestmark = pytest.mark.workers


@pytest.mark.parametrize(
    ("variable", "zone", "shown"),
    [
        ("Australia/Adelaide", "Australia/Adelaide", "2021-06-30T23:30:00+09:30"),
        ("XYZ-3", None, "2021-06-30T14:00:00+00:00"),
    ],
)
async def test_a_file_time_is_shown_in_the_zone_of_the_scan(
    stack: Stack,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    zone: str | None,
    shown: str,
) -> None:
    """In UTC if the computer's zone has no name."""
    monkeypatch.setenv("TZ", variable)
    path = settings.photos[0] / "plain.png"
    Image.new("RGB", (80, 60), (20, 120, 220)).save(path)
    os.utime(path, (1_625_061_600, 1_625_061_600))
    await stack.done("scan")
    starts = await stack.events(ScanStarted)
    assert [start.zone for start in starts if isinstance(start, ScanStarted)] == [zone]
    (item,) = (await stack.get("/api/images?q=name:plain.png"))["items"]
    assert (item["taken_at"], item["taken_at_utc"]) == (shown, "2021-06-30T14:00:00Z")
    details = await stack.get(f"/api/images/{item['id']}")
    assert (details["taken_at_zone"], details["taken_at_zone_guessed"]) == (zone, zone is not None)
