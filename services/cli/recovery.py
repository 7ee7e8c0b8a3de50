"""`albumen doctor --recover`: a new log from every event that can still be read. The old files are kept."""

import sqlite3
from pathlib import Path

import msgspec

from services.cli.errors import Unsuccessful
from services.kernel.durable import fsync, put_in_place
from services.kernel.log.aside import FOLDERS, move_aside
from services.kernel.log.salvage import Salvaged, salvage
from services.kernel.log.setback import overrule, witnesses
from services.kernel.settings import Settings


class Recovered(msgspec.Struct, frozen=True):
    salvaged: Salvaged
    place: Path
    """The folder that holds the old log now."""


def recover(settings: Settings) -> Recovered:
    """Put the new log in place of the old. Only while nobody has it open. Raises Unsuccessful, with everything as it
    was; OSError."""
    part = settings.events_db.with_name(f"{settings.events_db.name}.recovered")
    part.unlink(missing_ok=True)
    earlier = sorted(settings.data.glob(f"{FOLDERS}/{settings.events_db.name}*"), reverse=True)
    logs = dict.fromkeys(path.with_name(settings.events_db.name) for path in earlier)
    backups = sorted(settings.backups.glob("albumen-*.db"), reverse=True)
    try:
        done = salvage([settings.events_db, *logs, *backups[:1]], part, next(witnesses(settings), None))
        if not done.events:
            raise Unsuccessful(
                f"No event can be read in {settings.events_db} or a copy of it. Nothing was changed."
            )
        fsync(part)
        place = move_aside(settings, views=False)
        put_in_place(part, settings.events_db)
    except sqlite3.Error as error:
        raise Unsuccessful(f"The new log can't be written ({error}). Nothing was changed.") from error
    finally:
        part.unlink(missing_ok=True)
    overrule(settings)
    return Recovered(done, place)


def summary(done: Salvaged) -> str:
    text = f"{done.events} events recovered, up to {done.last}."
    if not done.lost:
        return f"{text} Nothing is lost."
    gaps = ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in done.gaps[:20])
    return f"{text} {done.lost} are lost{f', among them {gaps}' if gaps else ''}."
