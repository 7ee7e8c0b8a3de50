"""When a photo was taken: the ladder of sources, and values that are skipped."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from services.knowledge.dates import ExifDates, OtherDates, Taken, last_change, of_bytes, of_place

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MTIME_NS = 1_600_000_000_000_000_000
MTIME = Taken("2020-09-13T12:26:40+00:00", "mtime")


def when(path: str = "x.jpg", xmp: str | None = None, **exif: object) -> Taken:
    others = OtherDates(created=(Taken(xmp, "xmp"),) if xmp else ())
    dates = ExifDates(**exif)  # type: ignore[arg-type]
    return of_bytes(dates, others, NOW) or of_place(path, MTIME_NS, NOW, last_change(dates, NOW))


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
        "1970:01:01 08:00:03",
        "1969:12:31 19:00:00",
        "1980:01:01 00:00:00",
        "1980:01:01 00:14:59",
        "2000:01:01 00:00:07",
        "2002:12:08 12:00:00",
        "2002:12:08 12:00:41",
        "2017:02:30 10:00:00",
        "2017:13:01 00:00:00",
        "2038:01:19 03:14:07",
        "yesterday",
        "\x00\x00",
    ],
)
def test_nonsense_is_passed_over(nonsense: str) -> None:
    assert when(original=nonsense) == MTIME


@pytest.mark.parametrize(
    "sense",
    [
        "1970:06:01 10:00:00",
        "1980:01:02 00:00:00",
        "2000:01:01 00:01:00",
        "2002:12:08 15:30:12",
        "1970:01:01",
    ],
)
def test_days_of_unset_clocks_are_dates_at_other_times(sense: str) -> None:
    assert when(original=sense).source == "exif"


def test_exif_may_know_only_the_year() -> None:
    assert when(original="1958:00:00 00:00:00", digitized="2018:01:02 03:04:05") == Taken(
        "1958-01-01T12:00:00", "exif"
    )


@pytest.mark.parametrize("offset", ["+25:00", "nonsense", "", "+2"])
def test_an_offset_that_is_none_is_left_out(offset: str) -> None:
    assert when(original="2017:08:11 10:09:53", original_offset=offset).at == "2017-08-11T10:09:53"


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("IMG_20170811_100953.jpg", "2017-08-11T10:09:53"),
        ("PXL_20201231_235959123.jpg", "2020-12-31T23:59:59+00:00"),
        ("20170811-100953.heic", "2017-08-11T10:09:53"),
        ("Screenshot_20170811-100953_Maps.png", "2017-08-11T10:09:53"),
        ("Screenshot_2019-05-21_at_10.45.52.png", "2019-05-21T10:45:52"),
        ("2017-08-11 10.09.53.jpg", "2017-08-11T10:09:53"),
        ("signal-2017-08-11-10-09-53.jpg", "2017-08-11T10:09:53"),
        ("WhatsApp Image 2017-08-11 at 10.09.53.jpeg", "2017-08-11T10:09:53"),
        ("IMG-20170811-WA0003.jpg", "2017-08-11T12:00:00"),
        ("mmexport1502445193000.jpg", "2017-08-11T09:53:13+00:00"),
        ("2017-08-11.jpg", "2017-08-11T12:00:00"),
    ],
)
def test_the_name_says_it(name: str, at: str) -> None:
    assert when(name) == Taken(at, "filename")


@pytest.mark.parametrize("name", ["DSC01234.jpg", "12345678.jpg", "20991231_000000.jpg", "IMG_20171399.jpg"])
def test_a_name_without_a_sensible_date(name: str) -> None:
    assert when(name) == MTIME


def nanoseconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp()) * 10**9


@pytest.mark.parametrize(
    "mtime_ns",
    [
        10**30,
        0,
        nanoseconds("2098-01-01T00:00:00+00:00"),
        nanoseconds("2026-06-01T12:00:01+00:00"),
        nanoseconds("1980-01-01T00:00:00+00:00"),
        nanoseconds("1980-01-01T00:00:00"),
        nanoseconds("2000-01-01T00:00:30+00:00"),
        nanoseconds("2002-12-08T12:00:00+00:00"),
    ],
)
def test_a_files_time_that_says_nothing(mtime_ns: int) -> None:
    """From the future, or from a clock that was never set, in UTC or in the computer's zone (FAT)."""
    assert of_place("x.jpg", mtime_ns, NOW) == Taken("2026-06-01T12:00:00+00:00", "added")
    assert of_place("2019/x.jpg", mtime_ns, NOW) == Taken("2019-01-01T00:00:00", "folder")
    assert of_place("2026/x.jpg", mtime_ns, NOW) == Taken("2026-01-01T00:00:00", "folder")


@pytest.mark.parametrize(
    "name", ["IMG_20021208_120003.jpg", "19700101_010203.jpg", "1980-01-01 00.01.02.png"]
)
def test_phones_name_pictures_by_clocks_that_were_never_set(name: str) -> None:
    assert when(name) == MTIME


def test_people_name_pictures_after_the_same_days() -> None:
    assert when("2002-12-08 Baptism.jpg") == Taken("2002-12-08T12:00:00", "filename")
    assert when("1980-01-01/x.jpg") == Taken("1980-01-01T00:00:00", "folder")
    assert when("1970/x.jpg") == Taken("1970-01-01T00:00:00", "folder")


def test_the_gps_clock_tells_the_offset() -> None:
    """10:09:53 by the camera's clock and 08:10:20 UTC: two hours, though the clocks differ by half a minute."""
    gps = datetime(2017, 8, 11, 8, 10, 20, tzinfo=UTC)
    assert when(original="2017:08:11 10:09:53", gps=gps).at == "2017-08-11T10:09:53+02:00"
    assert when(original="2017:08:11 10:09:53", original_offset="+01:00", gps=gps).at.endswith("+01:00")


@pytest.mark.parametrize(
    "apart",
    [
        *(timedelta(minutes=7), timedelta(hours=20), timedelta(days=-3)),
        *(timedelta(hours=2, minutes=15), timedelta(hours=1, minutes=45), timedelta(hours=2, minutes=30)),
        *(timedelta(hours=-1, minutes=-30), timedelta(minutes=30), timedelta(minutes=-15)),
    ],
)
def test_a_gps_clock_that_can_be_no_offset_tells_nothing(apart: timedelta) -> None:
    gps = datetime(2017, 8, 11, 10, 9, 53, tzinfo=UTC) - apart
    assert when(original="2017:08:11 10:09:53", gps=gps).at == "2017-08-11T10:09:53"


@pytest.mark.parametrize(
    ("hours", "offset"), [(5.5, "+05:30"), (5.75, "+05:45"), (-3.5, "-03:30"), (12.75, "+12:45")]
)
def test_some_places_have_odd_offsets(hours: float, offset: str) -> None:
    gps = datetime(2017, 8, 11, 10, 9, 53, tzinfo=UTC) - timedelta(hours=hours)
    assert when(original="2017:08:11 10:09:53", gps=gps).at == f"2017-08-11T10:09:53{offset}"


def test_a_scanners_clock_comes_after_the_date_somebody_gave_the_print() -> None:
    given = "1971-07-08T12:00:00"
    assert when(xmp=given, digitized="2012:03:04 05:06:07").at == given
    assert when(xmp=given, original="2012:03:04 05:06:07", scanned=True).at == given
    assert when(xmp=given, original="2012:03:04 05:06:07").at == "2012-03-04T05:06:07"
    assert when(original="2012:03:04 05:06:07", scanned=True).at == "2012-03-04T05:06:07"


@pytest.mark.parametrize(
    ("path", "changed", "taken"),
    [
        ("x.jpg", "2003:05:06 07:08:09", ("2003-05-06T07:08:09", "modified")),
        ("x.jpg", "2002:12:08 12:00:00", (MTIME.at, "mtime")),
        ("x.jpg", "2031:05:06 07:08:09", (MTIME.at, "mtime")),
        ("IMG_20030101_020304.jpg", "2003:05:06 07:08:09", ("2003-01-01T02:03:04", "filename")),
        ("sent 2011-01-01.jpg", "2003:05:06 07:08:09", ("2003-05-06T07:08:09", "modified")),
        ("2003/x.jpg", "2003:05:06 07:08:09", ("2003-05-06T07:08:09", "modified")),
        ("1974/x.jpg", "2003:05:06 07:08:09", ("1974-01-01T00:00:00", "folder")),
        ("Backup 2019/x.jpg", "2003:05:06 07:08:09", ("2003-05-06T07:08:09", "modified")),
    ],
)
def test_the_last_change_is_the_latest_that_it_can_be(
    path: str, changed: str, taken: tuple[str, str]
) -> None:
    """A name or a folder with a later date says when the picture was sent or copied; with an earlier one, more."""
    assert when(path, modified=changed) == Taken(*taken)


@pytest.mark.parametrize("year", [1970, 1980, 2000])
def test_a_folder_may_be_of_a_year_in_which_no_clock_was_set(year: int) -> None:
    assert when(f"{year}/DSC01234.jpg") == Taken(f"{year}-01-01T00:00:00", "folder")


def test_xmp_comes_after_exif_and_before_the_name() -> None:
    name, xmp = "IMG_20170811_100953.jpg", "2015-02-03T04:05:06+01:00"
    assert when(name, xmp) == Taken("2015-02-03T04:05:06+01:00", "xmp")
    assert when(name, xmp, original="2016:02:03 04:05:06").source == "exif"
    assert when(name, "soon") == when(name)


@pytest.mark.parametrize(
    ("folder", "at"),
    [
        ("2017-08-11 Lake", "2017-08-11T00:00:00"),
        ("2017/08/11", "2017-08-11T00:00:00"),
        ("2017/8", "2017-08-01T00:00:00"),
        ("Photos from 2017", "2017-01-01T00:00:00"),
        ("2016/2017-08", "2017-08-01T00:00:00"),
        ("2017/Lake", "2017-01-01T00:00:00"),
        ("Photos from 2017/12 monkeys", "2017-01-01T00:00:00"),
        ("2020/09", "2020-09-13T12:26:40+00:00"),
        ("2020", "2020-09-13T12:26:40+00:00"),
    ],
)
def test_the_folder_says_it(folder: str, at: str) -> None:
    """The file's own time is more exact if it lies within the folder's date."""
    assert when(f"{folder}/DSC01234.jpg") == Taken(at, "folder")


@pytest.mark.parametrize(
    "folder", ["", "DCIM/100CANON", "1234567890", "IMG 2500x1900", "2017-02-30 odd/x", "2099"]
)
def test_a_folder_without_a_sensible_date(folder: str) -> None:
    assert when(f"{folder}/DSC01234.jpg") == MTIME


def test_a_files_time_lies_in_a_folders_day_by_the_computers_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whose zone it will be shown; the fact is in UTC."""
    evening = nanoseconds("2021-06-01T02:00:00+00:00")
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "America/New_York")
            time.tzset()
            taken = [of_place(f"{day}/x.jpg", evening, NOW) for day in ("2021-05-31", "2021-06-01")]
    finally:
        time.tzset()
    assert taken == [Taken("2021-06-01T02:00:00+00:00", "folder"), Taken("2021-06-01T00:00:00", "folder")]
