"""When a photo was taken: the ladder, and what is passed over."""

from datetime import UTC, datetime

import pytest

from services.gateway.library.dates import ExifDates, Taken, taken

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MTIME_NS = 1_600_000_000_000_000_000
MTIME = Taken("2020-09-13T12:26:40+00:00", "mtime")


def when(name: str = "x.jpg", **exif: object) -> Taken:
    return taken(ExifDates(**exif), name, MTIME_NS, NOW)  # type: ignore[arg-type]


def test_the_original_date_comes_first() -> None:
    found = when("IMG_20100101_000000.jpg", original="2017:08:11 10:09:53", digitized="2018:01:01 00:00:01")
    assert found == Taken("2017-08-11T10:09:53", "exif")


def test_offset_and_fraction_are_kept() -> None:
    found = when(original="2017:08:11 10:09:53", original_offset="+02:00", original_fraction="5")
    assert found == Taken("2017-08-11T10:09:53.500+02:00", "exif")


def test_the_digitised_date_stands_in() -> None:
    assert when(original="0000:00:00 00:00:00", digitized="2018:01:02 03:04:05").at == "2018-01-02T03:04:05"


def test_the_gps_clock_is_utc() -> None:
    assert when(gps=datetime(2019, 5, 4, 3, 2, 1, tzinfo=UTC)) == Taken("2019-05-04T03:02:01+00:00", "gps")


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "    :  :     :  :  ",
        "0000:00:00 00:00:00",
        "1601:01:01 00:00:00",
        "1970:01:01 00:00:00",
        "1980:01:01 00:00:00",
        "2017:02:30 10:00:00",
        "2017:13:01 00:00:00",
        "2038:01:19 03:14:07",
        "yesterday",
        "\x00\x00",
    ],
)
def test_nonsense_is_passed_over(nonsense: str) -> None:
    assert when(original=nonsense) == MTIME


@pytest.mark.parametrize("offset", ["+25:00", "nonsense", "", "+2"])
def test_an_offset_that_is_none_is_left_out(offset: str) -> None:
    assert when(original="2017:08:11 10:09:53", original_offset=offset).at == "2017-08-11T10:09:53"


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("IMG_20170811_100953.jpg", "2017-08-11T10:09:53"),
        ("PXL_20201231_235959123.jpg", "2020-12-31T23:59:59"),
        ("20170811-100953.heic", "2017-08-11T10:09:53"),
        ("Screenshot_20170811-100953_Maps.png", "2017-08-11T10:09:53"),
        ("Screenshot_2019-05-21_at_10.45.52.png", "2019-05-21T10:45:52"),
        ("2017-08-11 10.09.53.jpg", "2017-08-11T10:09:53"),
        ("signal-2017-08-11-10-09-53.jpg", "2017-08-11T10:09:53"),
        ("WhatsApp Image 2017-08-11 at 10.09.53.jpeg", "2017-08-11T10:09:53"),
        ("IMG-20170811-WA0003.jpg", "2017-08-11T12:00:00"),
        ("FB_IMG_1502445193000.jpg", "2017-08-11T09:53:13+00:00"),
        ("2017-08-11.jpg", "2017-08-11T12:00:00"),
    ],
)
def test_the_name_says_it(name: str, at: str) -> None:
    assert when(name) == Taken(at, "filename")


@pytest.mark.parametrize("name", ["DSC01234.jpg", "12345678.jpg", "20991231_000000.jpg", "IMG_20171399.jpg"])
def test_a_name_without_a_sensible_date(name: str) -> None:
    assert when(name) == MTIME


def test_a_time_that_no_calendar_has() -> None:
    assert taken(ExifDates(), "x.jpg", 10**30, NOW).source == "mtime"
