"""Goes on with a log that has lost entries: a new log from all that can still be read, or the one that is there. Either
is whole afterwards, and says what was lost and what the person chose. The old files are kept."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from services.cli.errors import Unsuccessful
from services.domain.history.losses import Choice, EntryLost, LogRecovered, coalesced, ranges, singly
from services.domain.subject import Event
from services.kernel.backup.manifest import Backup, backups
from services.kernel.clock import now_us
from services.kernel.durable import fsync, put_in_place
from services.kernel.log.adding import add
from services.kernel.log.aside import ENDS, FOLDERS, move_aside
from services.kernel.log.codec import BrokenEvent, UnknownEvent, decode_command
from services.kernel.log.envelope import Envelope, record_event
from services.kernel.log.finding import LogError
from services.kernel.log.ids import new_id
from services.kernel.log.rewriting import Gaps, each, rewrite
from services.kernel.log.salvage import GAPS, Salvaged, salvage
from services.kernel.log.setback import Witness, overrule, witness_of
from services.kernel.log.sqlite import open_reader
from services.kernel.log.verify import verify
from services.kernel.settings import Settings

_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"


class Recovered(msgspec.Struct, frozen=True):
    salvaged: Salvaged
    fact: LogRecovered
    """As the new log says it."""
    place: Path
    """The folder that holds the old log now."""


def recover(settings: Settings) -> Recovered:
    """Put a log of all events that can be read in place of the old. Only while nobody has it open. Raises Unsuccessful,
    with everything as it was; OSError."""
    earlier = sorted(settings.data.glob(f"{FOLDERS}/{settings.events_db.name}*"), reverse=True)
    logs = dict.fromkeys(path.with_name(settings.events_db.name) for path in earlier)
    folders = [folder for folder in (settings.backups, settings.second_backups) if folder]
    copies = [one.path for folder in folders for one in _newest(folder)]
    sources, witness = [settings.events_db, *logs, *copies], witness_of(settings)
    with _parts(settings) as (salvaged, new):
        done = salvage(sources, salvaged, witness, stand_in=EntryLost.TYPE)
        if not done.events:
            raise Unsuccessful(
                f"No event can be read in {settings.events_db} or a copy of it. Nothing was changed."
            )
        broken = _broken(salvaged, frozenset(done.changed))
        fact = LogRecovered(
            choice="recover",
            lost=coalesced([*done.missing, *singly(sorted(broken))]),
            changed=[one for one in done.changed if one not in broken],
        )
        _write(salvaged, new, fact, done.end, broken)
        place = _exchange(settings, new)
    return Recovered(done, fact, place)


def _newest(folder: Path) -> Sequence[Backup]:
    try:
        return backups(folder)[:1]
    except OSError:  # its disk is away
        return []


def _broken(log: Path, changed: Collection[int]) -> frozenset[int]:
    """Those of the changed entries that say nothing any more."""
    rows = (row for row in each(log) if row.position in changed) if changed else ()
    return frozenset(row.position for row in rows if not _readable(row))


def _readable(row: Envelope) -> bool:
    try:
        _ = decode_command(row.type, row.data) if row.kind == "C" else row.event()
    except (UnknownEvent, BrokenEvent):
        return False
    return True


def accept(settings: Settings) -> Path | None:
    """Go on with the log that is there. If it has gaps, or entries that were changed, it is written anew; returns the
    folder that then holds the old one. Only while nobody has it open. Raises Unsuccessful, with everything as it was;
    OSError."""
    witness = witness_of(settings)
    if verify(settings.events_db) is None:
        overrule(settings)
        note(settings, "accept", witness)
        return None
    with _parts(settings) as (_, new):
        with closing(open_reader(settings.events_db)) as db:
            gaps, (end,) = db.execute(GAPS).fetchall(), db.execute(_HEAD).fetchone()
        fact = LogRecovered(choice="accept", lost=[*gaps, *_after(end, witness)], changed=[])
        _write(settings.events_db, new, fact, end)
        return _exchange(settings, new)


def note(settings: Settings, choice: Choice, witness: Witness | None) -> None:
    """Add to a sound log, or to one that is yet to be made, what was chosen and what is lost. `witness`: from before
    the choice. Raises Unsuccessful."""
    try:
        end = 0
        if settings.events_db.exists():
            with closing(open_reader(settings.events_db)) as db:
                (end,) = db.execute(_HEAD).fetchone()
        fact = LogRecovered(choice=choice, lost=_after(end, witness), changed=[])
        add(settings.events_db, record_event(fact, event_id=new_id(), correlation_id=new_id()))
    except (sqlite3.Error, LogError) as error:
        raise Unsuccessful(f"{settings.events_db} can't be written ({error}).") from error


def _after(end: int, witness: Witness | None) -> list[tuple[int, int]]:
    return [(end + 1, witness.position)] if witness and witness.position > end else []


@contextmanager
def _parts(settings: Settings) -> Iterator[tuple[Path, Path]]:
    """Paths for two new logs, which are deleted at the end. Raises Unsuccessful in place of sqlite3.Error."""
    first, second = (
        settings.events_db.with_name(f"{settings.events_db.name}.{end}") for end in ("salvaged", "recovered")
    )
    _delete(first, second)
    try:
        yield first, second
    except (sqlite3.Error, LogError) as error:
        raise Unsuccessful(f"The new log can't be written ({error}). Nothing was changed.") from error
    finally:
        _delete(first, second)


def _delete(*logs: Path) -> None:
    for path in logs:
        for end in ENDS:
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def _write(
    source: Path, target: Path, fact: LogRecovered, end: int, without: Collection[int] = frozenset()
) -> None:
    """A log without gaps up to `end`, followed by the fact, whose hashes fit. `without`: positions to leave out."""
    id_, now = new_id(), now_us()

    def envelope(event: Event, position: int, event_id: UUID) -> Envelope:
        record = record_event(event, event_id=event_id, correlation_id=id_)
        return Envelope(**msgspec.structs.asdict(record), position=position, version=1, recorded_at=now)

    def stand_in(position: int) -> Envelope:
        return envelope(EntryLost(), position, new_id())

    def change(row: Envelope) -> Envelope:
        return stand_in(row.position) if row.position in without else row

    rewrite(source, target, change, [envelope(fact, end + 1, id_)], gaps=Gaps(stand_in, end))


def _exchange(settings: Settings, new: Path) -> Path:
    """Put the new log in place; returns the folder with the old one. Raises OSError."""
    fsync(new)
    place = move_aside(settings, views=False)
    put_in_place(new, settings.events_db)
    overrule(settings)
    return place


def summary(done: Recovered) -> str:
    fact, text = done.fact, f"{done.salvaged.events} events recovered, up to {done.salvaged.last}."
    lost = "Nothing is lost."
    if fact.lost:
        lost = f"{fact.count} {'is' if fact.count == 1 else 'are'} lost: {ranges(fact.lost)}."
    if not fact.changed:
        return f"{text} {lost}"
    return f"{text} {lost} Not as they were written: {ranges(singly(fact.changed))}."
