"""What the read tables cost grows with what the log says, not with its square: twice as many values of one photo,
copies, sidecars, categories or photos of one day take twice the steps of SQLite's machine, read on or loaded."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from services.domain.categories.events import CategoriesMerged, CategoryCreated, CategoryMoved
from services.domain.files.events import FileAdded, FileMissing, FileMoved, SidecarGone, SidecarRead
from services.domain.jobs.events import ImageClassified
from services.domain.photos.captions import TitleSet
from services.domain.photos.dates import DateCorrected
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.subject import Event
from services.projector import ordering
from services.projector.projections.categories import CATEGORY
from services.projector.projections.models import MODEL
from services.projector.source import batch
from services.projector.tables import complete, create
from tests.projector.test_projections import ROOT, added, imported
from tests.support.given import deliver, log_rows, read_tables

Log = tuple[Sequence[Event], Sequence[Event]]
"""What is in the tables already, and what is measured."""
COUNT = 100
MOST = 2.6
"""Times the steps for twice as much. Of a square: 3.3 and more."""
STEP = 20
"""Instructions between two calls."""


def words(count: int) -> list[str]:
    return [f"word{number:05}" for number in range(count)]


def shot(number: int, taken_at: str, **more: Any) -> Event:
    camera = {"camera_make": "Canon", "camera_model": "R5"}
    return msgspec.structs.replace(imported(f"i{number}", taken_at), **{**camera, **more})


def clock(number: int) -> str:
    return f"{number // 60 % 60:02}:{number % 60:02}"


def beside(path: str, **said: Any) -> SidecarRead:
    return SidecarRead(image_id="a", root=ROOT, path=path, size=1, mtime_ns=1, **{"kind": "xmp", **said})


def created(count: int) -> list[Event]:
    return [
        CategoryCreated(category_id=f"c{number}", name=f"C{number}", group_id=None, kind="category")
        for number in range(count)
    ]


def copies(count: int) -> list[FileAdded]:
    return [added(path=f"{number}/Screenshot.jpg") for number in range(count)]


def alike(count: int, number: int = 0, name: str = "a", **more: Any) -> list[Event]:
    """Photos of one moment, and of one stem in one folder."""
    return [
        event
        for i in range(number, number + count)
        for event in (shot(i, "2020-05-17T10:00:00", **more), added(f"i{i}", f"x/{name}.{i}"))
    ]


def gone(count: int) -> list[FileMissing]:
    return [FileMissing(image_id=f"i{i}", root=ROOT, path=f"x/a.{i}") for i in range(count)]


FILM: dict[str, Any] = {"format": "MOV", "duration_s": 2.0}
ONE = [imported(), added()]

LOGS: dict[str, Callable[[int], Log]] = {
    "keywords": lambda n: (ONE, [KeywordsSet(image_ids=["a"], keywords=words(n), present=True)]),
    "people": lambda n: (ONE, [PeopleSet(image_ids=["a"], people=words(n), present=True)]),
    "keywords, one by one": lambda n: (
        ONE,
        [KeywordsSet(image_ids=["a"], keywords=[word], present=True) for word in words(n)],
    ),
    "keywords withdrawn": lambda n: (
        [*ONE, KeywordsSet(image_ids=["a"], keywords=words(n), present=True)],
        [KeywordsSet(image_ids=["a"], keywords=words(n), present=None)],
    ),
    "titles": lambda n: (ONE, [TitleSet(image_ids=["a"], title=word) for word in words(n)]),
    "a sidecar's words": lambda n: (ONE, [beside("a.xmp", keywords=words(n), people=words(n))]),
    "copies": lambda n: ([imported()], copies(n)),
    "copies missing": lambda n: (
        [imported(), *copies(n)],
        [FileMissing(image_id="a", root=ROOT, path=one.path) for one in copies(n)],
    ),
    "copies moved": lambda n: (
        [imported(), *copies(n)],
        [
            FileMoved(
                image_id="a",
                from_root=ROOT,
                from_path=one.path,
                root=ROOT,
                path=f"m{one.path}",
                size=1,
                mtime_ns=1,
            )
            for one in copies(n)
        ],
    ),
    "sidecars": lambda n: (
        ONE,
        [
            beside(f"{i}/a.json", kind="takeout", taken_at="2020-05-17T08:00:00+00:00", keywords=[f"k{i}"])
            for i in range(n)
        ],
    ),
    "sidecars with dates of their own": lambda n: (
        ONE,
        [beside(f"{i}/a.xmp", taken_at=f"2020-05-18T08:{clock(i)}", taken_stated=19) for i in range(n)],
    ),
    "sidecars gone": lambda n: (
        [*ONE, *(beside(f"{i}/a.xmp", keywords=[f"k{i}"]) for i in range(n))],
        [SidecarGone(image_id="a", root=ROOT, path=f"{i}/a.xmp") for i in range(n)],
    ),
    "photos": lambda n: (
        [],
        [
            event
            for i in range(n)
            for event in (shot(i, f"2020-05-17T10:{clock(i)}"), added(f"i{i}", f"{i}.jpg"))
        ],
    ),
    "photos of one stem": lambda n: ([], alike(n)),
    "photos of one stem, and as many videos": lambda n: ([], [*alike(n), *alike(n, n, **FILM)]),
    "photos of one stem, and as many RAW files": lambda n: ([], [*alike(n), *alike(n, n, format="CR2")]),
    "RAW files of one stem": lambda n: ([], alike(n, format="CR2")),
    "RAW files, once photos of their stem are missing": lambda n: (
        [*alike(n), *gone(n)],
        alike(n, n, format="CR2"),
    ),
    "copies of one photo, of one stem": lambda n: ([imported()], [added(path=f"x/a.{i}") for i in range(n)]),
    "edits of photos of one stem": lambda n: (alike(n), alike(n, n, "a (1)")),
    "photos and videos of one stem in many folders": lambda n: (
        [],
        [
            msgspec.structs.replace(event, root=f"/{i}") if isinstance(event, FileAdded) else event
            for i in range(n)
            for event in (*alike(1, 2 * i), *alike(1, 2 * i + 1, **FILM))
        ],
    ),
    "photos of one moment get another": lambda n: (
        [shot(i, "2020-05-17T10:00:00") for i in range(n)],
        [shot(i, "2021-05-17T10:00:00") for i in range(n)],
    ),
    "photos of one day get another": lambda n: (
        [shot(i, f"2020-05-17T10:{clock(i)}+02:00") for i in range(n)]
        + [shot(n + i, f"2020-05-17T11:{clock(i)}") for i in range(n)],
        [DateCorrected(image_id=f"i{i}", taken_at="2020-05-19T12:00:00+02:00") for i in range(n)],
    ),
    "offsets known before clocks of one day": lambda n: (
        [shot(i, f"2020-05-17T10:{clock(i)}") for i in range(n)],
        [shot(n + i, f"2020-05-17T09:{clock(i)}+02:00") for i in range(n)],
    ),
    "categories": lambda n: ([], created(n)),
    "categories moved": lambda n: (
        created(n),
        [CategoryMoved(category_id=f"c{i}", group_id="animals") for i in range(n)],
    ),
    "categories merged into one": lambda n: (
        created(n + 1),
        [CategoriesMerged(category_id=f"c{i + 1}", into_id="c0") for i in range(n)],
    ),
    "categories merged in a chain": lambda n: (
        created(n + 1),
        [CategoriesMerged(category_id=f"c{i}", into_id=f"c{i + 1}") for i in range(n)],
    ),
    "labels of a model": lambda n: (
        ONE,
        [
            ImageClassified(
                image_id="a",
                model_id="mine",
                weights_digest="0",
                preprocessing_id="p",
                classes=[(i, 0.5) for i in range(n)],
                labels=words(n),
            )
        ],
    ),
}


class Steps:
    count = 0

    def __call__(self) -> int:
        self.count += 1
        return 0


@contextmanager
def counted(db: sqlite3.Connection) -> Iterator[Steps]:
    """What SQLite's machine does, which depends on nothing else that the computer does."""
    steps = Steps()
    db.set_progress_handler(steps, STEP)
    yield steps
    db.set_progress_handler(None, 0)


def read_on(before: Sequence[Event], events: Sequence[Event]) -> int:
    db, tables = read_tables()
    log = log_rows([*before, *events])
    if before:
        deliver(tables, log[: len(before)])
    with counted(db) as steps:
        deliver(tables, log[len(before) :])
    db.close()
    return steps.count


def load(before: Sequence[Event], events: Sequence[Event]) -> int:
    db = sqlite3.connect(":memory:", isolation_level=None)
    create(db)
    rows = batch(log_rows([*before, *events]))
    with counted(db) as steps:
        ordering.expect(rows)
        rows.run(db, {CATEGORY, MODEL})
        complete(db)
    db.close()
    return steps.count


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("way", [read_on, load])
def test_twice_as_much_costs_twice_as_much(
    name: str, way: Callable[[Sequence[Event], Sequence[Event]], int]
) -> None:
    """Beside what even an empty log costs."""
    nothing, once, twice = (way(*LOGS[name](count)) for count in (1, COUNT, 2 * COUNT))
    assert twice - nothing < MOST * (once - nothing), (nothing, once, twice)


def test_nothing_is_left_to_be_worked_out() -> None:
    """Every kind of note has its trigger, and a place in `due.py`."""
    for make in LOGS.values():
        db, tables = read_tables()
        before, events = make(3)
        deliver(tables, log_rows([*before, *events]))
        assert db.execute("SELECT * FROM due").fetchall() == []
        db.close()
