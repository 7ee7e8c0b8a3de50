"""The order of the timeline: the day on the wall, then UTC, then folder and name; in whatever order photos arrive."""

import sqlite3
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.domain.files.events import FileAdded, FileMissing, FileMoved, FileReplaced, ImageImported
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden
from services.domain.subject import Event
from services.gateway.queries.timeline import NEWEST, OLDEST, page
from services.gateway.search.filters import Filter
from services.projector.rows.names import sort_key
from services.projector.schema import lay_out
from services.projector.source import batch
from services.projector.tables import Load
from tests.support.given import deliver, given, log_rows, read_tables

ROOT = "/photos"
OLDEST_FIRST = "SELECT image_id FROM image ORDER BY time_key, tie"


def taken(image_id: str, at: str, source: str = "exif") -> ImageImported:
    return ImageImported(
        image_id=image_id,
        format="JPEG",
        size=10,
        width=4,
        height=3,
        colour="#102030",
        taken_at=at,
        taken_at_source=source,
    )


def at(image_id: str, path: str) -> FileAdded:
    return FileAdded(image_id=image_id, root=ROOT, path=path, size=1, mtime_ns=1)


@pytest.mark.parametrize(
    "moments",
    [
        # a camera without an offset beside a phone with one: as the clock on the wall said
        ("2018-07-01T09:00:00+02:00", "2018-07-01T09:30:00", "2018-07-01T10:00:00+02:00"),
        (
            "2018-07-01T09:00:00",
            "2018-07-01T09:30:00-07:00",
            "2018-07-01T10:00:00",
            "2018-07-01T11:00:00-07:00",
        ),
        (
            "2018-07-01T23:30:00+09:00",
            "2018-07-01T23:40:00",
            "2018-07-02T00:10:00+09:00",
            "2018-07-02T00:20:00",
        ),
        # a flight: both offsets are known, so UTC counts; what the camera saw stands with the phone's beside it
        ("2018-07-01T18:00:00+09:00", "2018-07-01T11:00:00-07:00"),
        (
            *("2018-07-01T15:00:00+09:00", "2018-07-01T16:00:00", "2018-07-01T17:00:00+09:00"),
            *("2018-07-01T11:00:00-07:00", "2018-07-01T11:30:00", "2018-07-01T14:00:00-07:00"),
        ),
        # the hour that comes twice when summer time ends
        ("2018-10-28T02:50:00+02:00", "2018-10-28T02:10:00+01:00", "2018-10-28T03:00:00+01:00"),
        # the same day on both sides of the date line; no day before the one it follows
        ("2018-12-31T20:00:00-10:00", "2019-01-01T09:00:00+13:00"),
        ("2018-12-31T23:59:59", "2019-01-01T00:00:00+14:00", "2019-01-01T00:00:00.500"),
        ("2018-12-31T23:59:59.999-11:00", "2019-01-01T00:00:00+14:00", "2019-01-01T23:00:00-11:00"),
        # before 1970, and as old as photography
        (
            "1826-06-01T12:00:00",
            "1969-12-31T23:00:00-05:00",
            "1969-12-31T23:30:00",
            "1970-01-01T00:30:00+01:00",
        ),
        ("2018-07-01T10:00:00.100", "2018-07-01T10:00:00.200+02:00", "2018-07-01T10:00:00.300"),
    ],
)
def test_photos_stand_as_a_person_lived_them(moments: tuple[str, ...]) -> None:
    events = [taken(f"{number}", moment) for number, moment in enumerate(moments)]
    rows = [(f"{number}",) for number in range(len(moments))]
    for order in [events, events[::-1], events[1:] + events[:1]]:
        given(*order).then(OLDEST_FIRST, *rows)


def test_days_and_months_never_alternate() -> None:
    """Whatever the offsets: so a month is one stretch of the timeline."""
    offsets = ("", "-11:00", "-03:30", "+00:00", "+05:45", "+14:00")
    days = [f"2019-{month}-{day}" for month, day in (("02", "28"), ("03", "01"), ("03", "02"))]
    events = [
        taken(f"{day}{hour}{offset}", f"{day}T{hour}:00:00{offset}")
        for day in days
        for hour in ("00", "12", "23")
        for offset in offsets
    ]
    given(*events).then("SELECT DISTINCT substr(taken_at, 1, 10) FROM (SELECT * FROM image ORDER BY time_key, tie)",
        *[(day,) for day in days])  # fmt: skip


def test_an_offset_learned_later_puts_the_others_right() -> None:
    """The second photo has none; it stands with the one before it, until that one gets another offset."""
    tokyo, second = taken("a", "2018-07-01T15:00:00+09:00"), taken("b", "2018-07-01T16:00:00")
    la = taken("c", "2018-07-01T11:00:00-07:00")
    for order in permutations((tokyo, second, la)):
        given(*order).then(OLDEST_FIRST, ("a",), ("b",), ("c",))
        moved = DateCorrected(image_id="a", taken_at="2018-07-03T15:00:00+09:00")
        given(*order, moved).then(OLDEST_FIRST, ("c",), ("b",), ("a",))
        back = DateCorrected(image_id="a", taken_at=None)
        given(*order, moved, back).then(OLDEST_FIRST, ("a",), ("b",), ("c",))


@pytest.mark.parametrize(
    "paths",
    [
        ("scan2.jpg", "scan10.jpg", "scan100.jpg"),
        ("Scan 1.jpg", "scan 2.jpg", "SCAN 3.jpg"),
        ("9.jpg", "10.jpg", "20240101_123456.jpg", "1714564800123.jpg"),
        ("a.jpg", "a (2).jpg", "a-1.jpg"),
        ("page 1.2.jpg", "page 1.10.jpg"),
        ("z.jpg", "box/1.jpg", "box 2/1.jpg", "box 10/1.jpg"),
        ("box/z.jpg", "box/inner/a.jpg", "box2/a.jpg"),
        ("001.jpg", "2.jpg", "03.jpg"),
        ("über 2.jpg", "U\u0308BER 10.jpg"),  # composed, and as macOS spells it
    ],
)
def test_photos_of_the_same_moment_stand_by_folder_and_name(paths: tuple[str, ...]) -> None:
    """The ids run the other way."""
    moment = "1974-01-01T12:00:00"
    rows = [(f"{len(paths) - number}",) for number in range(len(paths))]
    events: list[Event] = []
    for (image_id,), path in zip(rows, paths, strict=True):
        events += [taken(image_id, moment), at(image_id, path)]
    given(*events).then(OLDEST_FIRST, *rows)
    given(*events[::-1]).then(OLDEST_FIRST, *rows)


def test_the_order_follows_the_files() -> None:
    """A new name changes it; of two copies the first one counts, a missing one only while no other is left."""
    moment = "1974-01-01T12:00:00"
    two = [taken("a", moment), at("a", "5.jpg"), taken("b", moment), at("b", "6.jpg")]
    moved = FileMoved(
        image_id="a", from_root=ROOT, from_path="5.jpg", root=ROOT, path="7.jpg", size=1, mtime_ns=1
    )
    copy = at("b", "box/0.jpg")
    first = at("b", "1.jpg")
    gone = FileMissing(image_id="b", root=ROOT, path="1.jpg")
    all_gone = FileMissing(image_id="b", root=ROOT, path="6.jpg")
    given(*two).then(OLDEST_FIRST, ("a",), ("b",))
    given(*two, moved).then(OLDEST_FIRST, ("b",), ("a",))
    given(*two, copy).then(OLDEST_FIRST, ("a",), ("b",))
    given(*two, first).then(OLDEST_FIRST, ("b",), ("a",))
    given(*two, first, gone).then(OLDEST_FIRST, ("a",), ("b",))
    given(*two, first, gone, all_gone).then(OLDEST_FIRST, ("b",), ("a",))


MOMENT = "1974-01-01T12:00:00"
TWO: list[Event] = [taken("a", MOMENT), at("a", "5.jpg"), taken("b", MOMENT), at("b", "6.jpg")]
MOVED = FileMoved(
    image_id="a", from_root=ROOT, from_path="5.jpg", root=ROOT, path="7.jpg", size=1, mtime_ns=1
)
GONE = FileMissing(image_id="a", root=ROOT, path="5.jpg")
BECOMES_THE_OTHER = FileReplaced(
    image_id="b", previous_image_id="a", root=ROOT, path="5.jpg", size=1, mtime_ns=1
)


@pytest.mark.parametrize(
    "more",
    [
        [],
        [MOVED],
        [at("b", "1.jpg")],
        [at("a", "9.jpg")],
        [at("a", "9.jpg"), GONE],
        [at("a", "1.jpg"), FileMissing(image_id="a", root=ROOT, path="1.jpg"), GONE],
        [GONE],
        [BECOMES_THE_OTHER],
        [ImagesHidden(image_ids=["a"])],
    ],
    ids=str,
)
def test_a_rebuild_finds_the_same_order(more: list[Event], tmp_path: Path) -> None:
    """Wherever a batch of it ends; the picture of no file has no name, and is not shown."""
    query = "SELECT image_id, visible, sort_key FROM image ORDER BY image_id"
    rows = log_rows([*TWO, *more])
    live, tables = read_tables()
    with closing(live):
        deliver(tables, rows)
        expected = live.execute(query).fetchall()
    for end in range(1, len(rows) + 1):
        load = Load(tmp_path / f"{end}.db")
        for part in filter(None, (rows[:end], rows[end:])):
            load.apply(batch(part, load.position), part[-1][0], part[-1][7])
        load.finish()
        with closing(sqlite3.connect(tmp_path / f"{end}.db")) as db:
            assert db.execute(query).fetchall() == expected


def test_with_the_same_names_the_id_decides() -> None:
    moment = "1974-01-01T12:00:00"
    given(taken("b", moment), at("b", "SCAN01.jpg"), taken("a", moment), at("a", "scan1.jpg")).then(
        OLDEST_FIRST, ("a",), ("b",)
    )


@example(8, 10**9, "")
@given_any(st.integers(0, 10**30), st.integers(0, 10**30), st.sampled_from(["", "0", "000"]))
def test_numbers_count_by_their_value(one: int, other: int, zeros: str) -> None:
    """Leading zeros or not."""
    keys = [sort_key(f"box {number}", f"{number} b.jpg") for number in (one, other)]
    padded = sort_key(f"box {zeros}{one}", f"{zeros}{one} b.jpg")
    assert (keys[0] < keys[1]) == (one < other)
    assert padded == keys[0]


@given_any(st.text(), st.text())
def test_any_path_has_a_sort_key(folder: str, name: str) -> None:
    assert len(sort_key(folder, name)) <= 400


def test_a_sort_key_has_an_end() -> None:
    """However long the path: it is stored with each photo."""
    assert len(sort_key("folder/" * 500, "x" * 250 + ".jpg")) <= 400
    assert sort_key("a", f"{'9' * 200}.jpg") > sort_key("a", f"{'9' * 90}.jpg")


class Plans:
    """Read tables whose answer to a query is nothing; its plan is kept."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        lay_out(self._db)
        self.steps: list[str] = []

    async def fetch(self, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        self.steps += [row[3] for row in self._db.execute(f"EXPLAIN QUERY PLAN {sql}", list(parameters))]
        return []

    async def position(self) -> int:
        return 0


@pytest.mark.parametrize("sort", [NEWEST, OLDEST])
@pytest.mark.parametrize("month", [None, "2018-07"])
async def test_the_timeline_is_read_in_the_order_of_its_index(sort: str, month: str | None) -> None:
    """However many photos there are: nothing is sorted, nothing is read that isn't shown."""
    plans = Plans()
    await page(plans, Filter(), sort, at=month)  # type: ignore[arg-type]
    reads = [step for step in plans.steps if " i " in step or "B-TREE" in step]
    assert [step for step in reads if "INDEX image_timeline" not in step] == []
    assert reads
