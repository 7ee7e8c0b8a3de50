"""Read tables up to a position, beside the current ones: complete or not there, built once, and only the newest
kept."""

import sqlite3
import threading
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.history.looking_back import LookBack
from services.kernel.clock import now_us
from services.kernel.log.codec import encode
from services.kernel.log.envelope import record_event
from services.kernel.log.ids import new_id
from services.kernel.log.sqlite import open_reader
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from services.projector import past, rebuild
from services.projector.errors import Interrupted
from services.projector.past import KEPT, asked, look_back


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A log with thirty albums."""
    settings = Settings(data=tmp_path, previews=tmp_path / "previews")
    log = await SqliteLog.open(settings.events_db)
    events = [AlbumCreated(album_id=f"{n:02}", name=f"Album {n}") for n in range(30)]
    await log.append(
        [record_event(event, event_id=new_id(), stream="l", correlation_id=new_id()) for event in events]
    )
    await log.close()
    return settings


def albums(path: Path | None) -> int:
    assert path
    db = open_reader(path)
    try:
        return int(db.execute("SELECT count(*) FROM album").fetchone()[0])
    finally:
        db.close()


def event_id(path: Path) -> bytes:
    db = open_reader(path)
    try:
        return bytes(db.execute("SELECT event_id FROM checkpoint_event").fetchone()[0])
    finally:
        db.close()


def files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.views.iterdir())


@pytest.mark.parametrize("position", [0, 1, 17, 30])
def test_they_hold_what_happened_up_to_there(
    settings: Settings, position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Across several chunks; no other file is left, and the pointer doesn't change."""
    monkeypatch.setattr(rebuild, "EVENTS_AT_ONCE", 5)
    path = look_back(settings, position)
    assert albums(path) == position
    assert path
    assert files(settings) == [path.name]


def test_behind_the_end_of_the_log_there_is_nothing(settings: Settings) -> None:
    assert look_back(settings, 31) is None


def test_what_is_there_is_not_built_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even by two callers at once."""
    built: list[int] = []
    real = past._build

    def counted(path: Path, source: object, position: int, interrupted: object) -> None:
        built.append(position)
        real(path, source, position, interrupted)  # type: ignore[arg-type]

    monkeypatch.setattr(past, "_build", counted)
    both = [threading.Thread(target=look_back, args=(settings, 9)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    look_back(settings, 9)
    assert built == [9]


def test_interrupted_in_the_middle_nothing_stays(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "EVENTS_AT_ONCE", 5)
    answers = iter([False, True])
    with pytest.raises(Interrupted):
        look_back(settings, 20, lambda: next(answers))
    assert files(settings) == []
    assert albums(look_back(settings, 20)) == 20


def test_what_a_killed_build_left_is_swept_away(settings: Settings) -> None:
    """A crash leaves a partial file, which is never taken for a complete one."""
    settings.views.mkdir(parents=True)
    (settings.views / "past-abc-20.db.part").write_bytes(b"half")
    (settings.views / "past-abc-20.db.part-journal").write_bytes(b"half")
    path = look_back(settings, 20)
    assert path
    assert files(settings) == [path.name]


def test_a_damaged_file_or_one_of_another_log_is_built_anew(settings: Settings) -> None:
    path = look_back(settings, 20)
    assert path
    path.write_bytes(b"not a database")
    assert albums(look_back(settings, 20)) == 20
    db = sqlite3.connect(path)
    db.execute("UPDATE checkpoint_event SET event_id = x'00'")
    db.commit()
    db.close()
    look_back(settings, 20)
    assert event_id(path) not in (b"", b"\0")


def test_only_the_newest_few_of_this_program_stay(settings: Settings) -> None:
    """Reuse counts as recent; the tables in use are left alone."""
    settings.views.mkdir(parents=True)
    (settings.views / "past-0000-4.db").write_bytes(b"of another version")
    (settings.views / "views-abc-1.db").write_bytes(b"in use")
    paths = [look_back(settings, position) for position in (1, 2, 3, 1, 4)]
    assert KEPT == 3
    names = {path.name for path in (paths[0], paths[2], paths[4]) if path}
    assert set(files(settings)) == {"views-abc-1.db", *names}


def row(position: int, command: LookBack, recorded: int) -> tuple[object, ...]:
    return (position, "C", command.TYPE, 1, encode(command).decode(), b"", recorded, b"")


def test_only_fresh_requests_are_met_and_the_newest_of_many() -> None:
    """While the log is replayed, requests from last year are ignored."""
    now = 2_000_000_000_000_000
    rows = [row(n, LookBack(position=n % 6), now) for n in range(12)]
    assert asked(rows, now) == [3, 4, 5]
    assert asked([row(1, LookBack(position=7), now - past.FRESH_US - 1)], now) == []
    assert asked([(1, "E", "album_created", 1, "{}", b"", now, b"")], now) == []


def test_a_build_that_fails_stops_nothing(settings: Settings) -> None:
    """Whoever waits asks again, and finds it once the log can be read."""
    gone = settings.events_db.with_name("elsewhere.db")
    settings.events_db.rename(gone)
    wanted = row(1, LookBack(position=7), now_us())
    builder = past.Past(settings, lambda: False)
    builder.ask([wanted])
    builder._thread.shutdown(wait=True)
    assert not list(settings.views.glob("past-*"))
    gone.rename(settings.events_db)
    builder = past.Past(settings, lambda: False)
    builder.ask([wanted])
    builder._thread.shutdown(wait=True)
    (made,) = settings.views.glob("past-*.db")
    assert albums(made) == 7
