"""Dates in names of files and folders: every row of the tables, by its examples, and names that have none."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.date_words import table
from services.knowledge.date_parts import Pattern, plain
from services.knowledge.date_words import DATA, month_called
from services.knowledge.folder_patterns import MONTHS, SHORT_DAYS, YEARS
from services.knowledge.name_patterns import DAYS, TIMED
from services.knowledge.named_dates import from_folders, from_name

ROWS = [row for rows in (TIMED, DAYS, SHORT_DAYS, MONTHS, YEARS) for row in rows]
OF_FILES = [item for row in (*TIMED, *DAYS) for item in row.examples.items()]
OF_FOLDERS = [item for row in (*DAYS, *SHORT_DAYS, *MONTHS, *YEARS) for item in row.examples.items()]
DAY, MONTH, YEAR = timedelta(1), timedelta(28), timedelta(365)


@pytest.mark.parametrize(("name", "date"), OF_FILES)
def test_a_file_has_the_date_of_the_example(name: str, date: str) -> None:
    """A day alone counts as noon."""
    moment, timed = next(from_name(f"{name}.jpg"))
    assert moment.isoformat() == (date if "T" in date else f"{date}T12:00:00")
    assert timed == ("T" in date)


@pytest.mark.parametrize(("name", "date"), OF_FOLDERS)
def test_a_folder_has_the_date_of_the_example(name: str, date: str) -> None:
    (first, end), *others = from_folders(name)
    assert first.isoformat().startswith(date)
    assert (
        {4: YEAR, 7: MONTH, 10: DAY}[len(date)] <= end - first < {4: YEAR, 7: MONTH, 10: DAY}[len(date)] * 1.2
    )
    assert not others


@pytest.mark.parametrize("row", ROWS, ids=lambda row: next(iter(row.examples)))
def test_examples_are_of_their_own_row(row: Pattern) -> None:
    assert row.examples
    assert [name for name in row.examples if not row.expression.search(plain(name))] == []


def moment(name: str) -> str | None:
    return next((moment.isoformat() for moment, _ in from_name(name)), None)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("2019-07-14 bis 15.07.2019.jpg", "2019-07-14T12:00:00"),
        ("2019-07-14-01-02.jpg", "2019-07-14T12:00:00"),
        ("2019-07-14 1-20.jpg", "2019-07-14T12:00:00"),
        ("2019-07-14 5 Euro.jpg", "2019-07-14T12:00:00"),
        ("IMG_20190714_990000.jpg", "2019-07-14T12:00:00"),
        ("14.07.2019 15.63.jpg", "2019-07-14T12:00:00"),
        ("31-02-2019_10-00-00.jpg", None),
    ],
)
def test_numbers_after_a_day_may_be_no_time(name: str, at: str | None) -> None:
    assert moment(name) == at


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("Game 7_4_2019 3_03_22 PM.png", "2019-07-04T15:03:22"),
        ("Game 7-4-2019 3-03-22 pm.png", "2019-04-07T15:03:22"),
        ("7.4.2019 3.03.22 PM.png", "2019-04-07T15:03:22"),
        ("7-25-2019_15-03-22.png", "2019-07-25T15:03:22"),
        ("25-7-2019_15-03-22.png", "2019-07-25T15:03:22"),
    ],
)
def test_the_day_is_first_but_in_american_clocks(name: str, at: str) -> None:
    assert moment(name) == at


@pytest.mark.parametrize(
    "name",
    [
        "FB_IMG_1502445193000.jpg",
        "FB_VID_1502445193000.mp4",
        "received_1502445193000.jpeg",
        "1502445193000_n.jpg",
        "12345678_1502445193123_1234567890_o.jpg",
    ],
)
def test_facebooks_numbers_are_no_time(name: str) -> None:
    """They count photos, or say when one was downloaded."""
    assert moment(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "DSC01234.jpg",
        "12345678.jpg",
        "1.12.19.4.jpg",
        "19-07-14 15.03.22.jpg",
        "IMG_20171399.jpg",
        "1234-5678-9012.png",
    ],
)
def test_names_of_files_without_a_date(name: str) -> None:
    assert moment(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "IMG 2500x1900",
            "1920x1080",
            "2000 px",
            "IMG_2019",
            "DSC2000",
            "EOS 2000D",
            "Nikon D2000",
            "100CANON",
        ),
        *("2017-02-30 odd", "1234567890", "10.000 Fotos", "$2000", "v1.2019.5", "1.12.19.4", ""),
    ],
)
def test_names_of_folders_without_a_date(name: str) -> None:
    assert list(from_folders(name)) == []


@pytest.mark.parametrize(
    ("folder", "date"),
    [
        ("2019/Juli", "2019-07-01"),
        ("2019/Juli/14 Hochzeit", "2019-07-14"),
        ("2019/07-14 Hochzeit", "2019-07-14"),
        ("2019/04.07. Hochzeit", "2019-07-04"),
        ("2019年/7月", "2019-07-01"),
        ("2019/juillet 2018", "2018-07-01"),
        ("2019_Sommer/07", "2019-01-01"),
        ("Sommer2019/DCIM/100CANON", "2019-01-01"),
    ],
)
def test_months_and_days_within_years(folder: str, date: str) -> None:
    assert next(from_folders(folder))[0].date().isoformat() == date


def test_words_of_months_that_are_others_in_other_languages() -> None:
    """Listopad is November in Prague and October in Zagreb; a set, or the sea, is none."""
    assert [month_called(word) for word in ("Listopad", "set", "MAR")] == [None] * 3
    assert [month_called(word) for word in ("Mart", "mai", "ДЕКАБРЬ", "Δεκέμβριος", "Sept.")] == [
        3,
        5,
        12,
        12,
        9,
    ]


def test_the_words_are_those_of_cldr() -> None:
    """After an update of Babel: `python -m ops.date_words`."""
    assert DATA.read_text("utf-8") == table()


NAMES = st.text(
    st.sampled_from("0123456789 -_.:/TZ年月日JulyPMatд٣\u202f\u200fIMG()") | st.characters(), max_size=80
)


@given(NAMES)
def test_any_name_is_read_without_an_error(name: str) -> None:
    for moment, _ in from_name(name):
        assert moment.year
    for first, end in from_folders(name):
        assert first < end
