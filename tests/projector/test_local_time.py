"""Dates of which only UTC is known are shown as a clock on the wall said, there or else here."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.domain.files.events import FileAdded, ImageImported, ScanStarted, SidecarGone, SidecarRead
from services.domain.photos.dates import DateCorrected
from services.domain.subject import Event
from tests.support.given import by, given

ROOT = "/photos"
SHOWN = "SELECT taken_at, month, zone, zone_guessed FROM image"
ROME: dict[str, Any] = {"latitude": 41.89, "longitude": 12.49}
NEW_YORK = ScanStarted(roots=[ROOT], zone="America/New_York")
FILM = "2021-01-01T02:00:00+00:00"


def imported(at: str = FILM, source: str = "film", image_id: str = "a", **more: Any) -> ImageImported:
    return ImageImported(
        image_id=image_id,
        format="MP4",
        size=10,
        width=4,
        height=3,
        colour="#102030",
        taken_at=at,
        taken_at_source=source,
        **more,
    )


def sidecar(at: str | None = None, **more: Any) -> SidecarRead:
    return SidecarRead(
        image_id="a", root=ROOT, path="a.json", size=1, mtime_ns=1, kind="takeout", taken_at=at, **more
    )


@pytest.mark.parametrize("source", ["film", "gps", "mtime", "filename", "folder", "added"])
def test_without_a_place_it_is_the_computers_zone_and_a_guess(source: str) -> None:
    month = "0000-00" if source in ("mtime", "added") else "2020-12"
    given(NEW_YORK, imported(source=source)).then(
        SHOWN, ("2020-12-31T21:00:00-05:00", month, "America/New_York", 1)
    )


def test_the_moment_stays() -> None:
    given(NEW_YORK, imported()).then("SELECT taken_ms FROM image", (1_609_466_400_000,))


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2021-07-01T23:30:00+00:00", "2021-07-02T01:30:00+02:00"),
        ("2021-01-01T23:30:00.250+00:00", "2021-01-02T00:30:00.250+01:00"),
        ("1940-06-16T12:00:00+00:00", "1940-06-16T14:00:00+02:00"),
    ],
)
def test_with_a_place_it_is_its_zone(at: str, shown: str) -> None:
    """With the summer time of that year."""
    given(NEW_YORK, imported(at, **ROME)).then(SHOWN, (shown, shown[:7], "Europe/Rome", 0))


def test_the_place_may_be_another_files_and_come_later() -> None:
    """And be taken back."""
    known = ("2021-01-01T03:00:00+01:00", "2021-01", "Europe/Rome", 0)
    for order in permutations((imported(), sidecar(**ROME))):
        given(NEW_YORK, *order).then(SHOWN, known)
    gone = SidecarGone(image_id="a", root=ROOT, path="a.json")
    given(NEW_YORK, imported(), sidecar(**ROME), gone).then(
        SHOWN, ("2020-12-31T21:00:00-05:00", "2020-12", "America/New_York", 1)
    )


def test_the_date_may_be_another_files() -> None:
    """Google states UTC for a picture that has only a place."""
    for order in permutations((imported("2021-03-03T12:00:00", "filename", **ROME), sidecar(FILM))):
        given(*order).then(SHOWN, ("2021-01-01T03:00:00+01:00", "2021-01", "Europe/Rome", 0))


@pytest.mark.parametrize(
    "event",
    [
        imported(FILM, "exif"),
        imported("2021-01-01T02:00:00", "film"),
        imported("2021-01-01T02:00:00+09:00", "film"),
        imported("2021-01-01T12:00:00", "folder"),
    ],
)
def test_what_a_camera_or_a_name_says_is_left_alone(event: ImageImported) -> None:
    given(NEW_YORK, event).then(SHOWN, (event.taken_at, "2021-01", None, 0))


def test_what_a_person_says_is_left_alone() -> None:
    said = DateCorrected(image_id="a", taken_at="2021-02-02T02:00:00+00:00")
    given(NEW_YORK, imported(**ROME), said).then(SHOWN, (said.taken_at, "2021-02", None, 0))
    back = DateCorrected(image_id="a", taken_at=None)
    given(NEW_YORK, imported(**ROME), said, back).then(
        SHOWN, ("2021-01-01T03:00:00+01:00", "2021-01", "Europe/Rome", 0)
    )


@pytest.mark.parametrize(
    "before", [[], [ScanStarted(roots=[ROOT])], [ScanStarted(roots=[ROOT], zone="No/Where")]]
)
def test_without_any_zone_it_is_utc(before: list[Event]) -> None:
    given(*before, imported()).then("SELECT taken_at, month FROM image", (FILM, "2021-01"))


def test_a_photo_keeps_the_zone_of_the_scan_that_added_it() -> None:
    """A computer that travels changes nothing; photos of early versions get the first zone that is recorded."""
    given(
        by(UUID(int=1), ScanStarted(roots=[ROOT])),
        imported(image_id="a"),
        by(UUID(int=2), NEW_YORK),
        imported(image_id="b"),
        by(UUID(int=3), ScanStarted(roots=[ROOT], zone="Asia/Tokyo")),
        imported(image_id="c"),
    ).then(
        "SELECT image_id, zone FROM image ORDER BY image_id",
        ("a", "America/New_York"),
        ("b", "America/New_York"),
        ("c", "Asia/Tokyo"),
    )


def test_a_file_of_the_evening_stands_on_that_evening() -> None:
    """Copied from a camera without offsets: the film is in UTC, the photos are not."""
    photo = imported("2020-12-31T20:30:00", "exif", "b")
    later = imported("2020-12-31T21:30:00", "exif", "c")
    for order in permutations((imported(), photo, later)):
        given(NEW_YORK, *order).then(
            "SELECT image_id FROM image ORDER BY time_key, tie", ("b",), ("a",), ("c",)
        )


def test_a_copy_elsewhere_has_its_own_time() -> None:
    """The earlier claim of two files, by UTC, is the one that is shown."""
    files = [
        FileAdded(
            image_id="a", root=ROOT, path=path, size=1, mtime_ns=1, taken_at=at, taken_at_source="mtime"
        )
        for path, at in (("1.jpg", "2021-06-01T01:00:00+00:00"), ("2.jpg", "2021-05-31T23:00:00+00:00"))
    ]
    for order in permutations(files):
        given(NEW_YORK, imported("2022-01-01T00:00:00+00:00", "mtime"), *order).then(
            SHOWN, ("2021-05-31T19:00:00-04:00", "0000-00", "America/New_York", 1)
        )
