"""Whichever way a person goes on with a log that has lost entries: it is whole from then on, and says what was lost."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.cli.recovery import recover
from services.cli.standing import carry_out
from services.domain.albums.events import AlbumCreated, AlbumRenamed
from services.domain.history.losses import EntryLost, LogRecovered, coalesced
from services.domain.subject import event_of
from services.gateway.closed.standing import Way
from services.kernel.backup.daily import back_up
from services.kernel.log.envelope import Envelope
from services.kernel.log.rewriting import each
from services.kernel.log.setback import judge
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.log.verify import verify
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.support.album import command_line
from tests.support.log import laid_down, records
from tests.support.stack import Stack, stack

EVENTS = 400
RENAMED = "Album 7, renamed"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of several pages, its tables, and a backup of its first events."""
    folder = tmp_path_factory.mktemp("original")
    settings = laid_down(
        folder, lambda _: [AlbumCreated(album_id=f"{n:04}", name=f"Album {n}" * 9) for n in range(EVENTS)]
    )
    return settings.data


@pytest.fixture
def settings(original: Path, tmp_path: Path) -> Settings:
    data = Path(shutil.copytree(original, tmp_path / "data"))
    return Settings(data=data, previews=tmp_path / "previews", workers=1)


def zeroed(settings: Settings) -> None:
    """A page in the middle, with some entries on it."""
    size = settings.events_db.stat().st_size // 4096
    with settings.events_db.open("r+b") as file:
        content = file.read()
        file.seek(content.index(b"Album 200Album", 0, size * 4096) // 4096 * 4096)
        file.write(bytes(4096))


def deleted(settings: Settings) -> None:
    """By a careless hand."""
    _execute(settings, "DELETE FROM event WHERE position BETWEEN 11 AND 13")


def changed(settings: Settings) -> None:
    _execute(settings, "UPDATE event SET data = replace(data, 'Album 30', 'Elbum 30') WHERE position = 31")


def nonsense(settings: Settings) -> None:
    """An entry that is JSON, but no event any more."""
    _execute(settings, """UPDATE event SET data = '{"nome": "x"}' WHERE position = 31""")


def without_end(settings: Settings) -> None:
    _execute(settings, f"DELETE FROM event WHERE position > {EVENTS - 40}")


def cut(settings: Settings) -> None:
    os.truncate(settings.events_db, settings.events_db.stat().st_size // 2 + 1234)


def _execute(settings: Settings, sql: str) -> None:
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.executescript(
            f"DROP TRIGGER IF EXISTS event_no_update; DROP TRIGGER IF EXISTS event_no_delete; {sql}"
        )
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rows(settings: Settings) -> dict[int, Envelope]:
    return {row.position: row for row in each(settings.events_db)}


def facts(settings: Settings) -> list[LogRecovered]:
    events = (event_of(row) for row in rows(settings).values())
    return [event for event in events if isinstance(event, LogRecovered)]


@pytest.mark.parametrize("damage", [zeroed, deleted, changed, nonsense, without_end, cut])
def test_a_recovered_log_is_whole(settings: Settings, damage: Callable[[Settings], None]) -> None:
    """Each entry is as it was, or named as lost or changed; positions and versions have no gaps, and hashes fit."""
    before = rows(settings)
    damage(settings)
    done = recover(settings)
    after = rows(settings)

    assert verify(settings.events_db) is None
    assert list(after) == list(range(1, EVENTS + 2))
    (fact,) = facts(settings)
    assert fact.choice == "recover"
    lost = {position for first, last in fact.lost for position in range(first, last + 1)}
    assert lost == {position for position, row in after.items() if row.type == EntryLost.TYPE}
    assert lost or fact.changed
    for position in before.keys() - lost - set(fact.changed):
        assert after[position] == before[position]
    streams: dict[str, list[int]] = {}
    for row in after.values():
        streams.setdefault(row.stream, []).append(row.version)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in streams.values())
    assert judge(settings) is None
    assert (done.place / "events.db").exists()


def test_what_a_backup_has_is_not_lost_even_later(settings: Settings) -> None:
    """A backup that turns up after the repair still fills in what was lost: the place was kept."""
    before = rows(settings)
    assert back_up(settings).name
    aside = settings.backups.rename(settings.data.with_name("aside"))
    deleted(settings)
    changed(settings)
    recover(settings)
    (first,) = facts(settings)
    assert (first.lost, first.changed) == ([(11, 13)], [31])
    for place in settings.data.glob("replaced-*"):
        shutil.rmtree(place)

    aside.rename(settings.backups)
    recover(settings)
    first, second = facts(settings)
    assert second.lost == []
    after = rows(settings)
    assert all(after[position] == before[position] for position in before if position != 31)


@pytest.mark.parametrize(
    ("damage", "lost"),
    [(deleted, [(11, 13)]), (changed, []), (without_end, [(EVENTS - 39, EVENTS)])],
)
def test_a_log_that_is_accepted_is_whole(
    settings: Settings, damage: Callable[[Settings], None], lost: list[tuple[int, int]]
) -> None:
    damage(settings)
    carry_out(settings, "accept")
    assert verify(settings.events_db) is None
    assert judge(settings) is None
    (fact,) = facts(settings)
    assert (fact.choice, fact.lost) == ("accept", lost)
    assert rows(settings)[EVENTS - 40].type == AlbumCreated.TYPE


@pytest.mark.parametrize("way", ["restore", "begin-anew"])
def test_what_is_lost_by_a_backup_and_by_a_new_beginning_is_recorded(settings: Settings, way: Way) -> None:
    assert back_up(settings).name
    _append(settings, 5)
    carry_out(settings, way)
    assert verify(settings.events_db) is None
    assert judge(settings) is None
    (fact,) = facts(settings)
    assert (fact.choice, fact.lost) == (way, [(EVENTS + 1 if way == "restore" else 1, EVENTS + 5)])


def test_the_command_restore_records_it_too(settings: Settings) -> None:
    assert back_up(settings).name
    _append(settings, 5)
    assert command_line("restore", "--data", settings.data).returncode == 0
    assert [(fact.choice, fact.lost) for fact in facts(settings)] == [("restore", [(EVENTS + 1, EVENTS + 5)])]


def _append(settings: Settings, number: int) -> None:
    async def append() -> None:
        log = await SqliteLog.open(settings.events_db)
        await log.append(records([AlbumRenamed(album_id="0007", name=RENAMED)] * number))
        await log.close()

    asyncio.run(append())
    rebuild(settings)


@pytest.mark.parametrize("way", ["recover", "accept", "restore", "begin-anew"])
async def test_it_is_quiet_afterwards(settings: Settings, way: Way) -> None:
    """Twice in a row: it starts, nothing is wrong, commands are accepted, and pages and doctor say what was lost."""
    assert back_up(settings).name
    deleted(settings)
    carry_out(settings, way)
    for number in range(2):
        assert judge(settings, thorough=True) is None
        async with stack(settings) as running:
            await running.caught_up()
            await running.done("create-album", {"name": f"After {number}"})
            await running.caught_up()
            assert await _wrong(running) == []
            page = (await running.client.get("/log", headers={"Accept": "text/html"})).text
            assert "Repairs" in page
    report = command_line("doctor", "--data", settings.data)
    assert report.returncode == 0, report.stdout
    assert "\n  Intact since " in report.stdout


async def _wrong(running: Stack) -> list[str]:
    """All of the log was verified as well."""
    assert verify(running.gateway.settings.events_db) is None
    ready = (await running.client.get("/readyz")).json()
    of_the_log = ("log_damaged", "log_behind", "log_failing", "events_set_aside")
    return [one["code"] for one in ready["conditions"] if one["code"] in of_the_log]


def test_ranges_that_touch_are_one() -> None:
    assert coalesced([(5, 6), (1, 2), (3, 3), (9, 9)]) == [(1, 3), (5, 6), (9, 9)]
