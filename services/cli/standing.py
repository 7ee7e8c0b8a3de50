"""Before anything is appended, scanned or rebuilt: whether the log is to be believed, and what to do if not."""

import sqlite3
import sys
from pathlib import Path

from services.cli.copied import is_copy
from services.cli.errors import Unsuccessful, Unusable
from services.gateway.closed import wording
from services.gateway.closed.standing import Way
from services.gateway.i18n.speech import spoken
from services.kernel.log.aside import move_aside
from services.kernel.log.setback import Setback, judge, of_tables, overrule, tables, witness_of
from services.kernel.settings import Settings


def doubt(settings: Settings, *, thorough: bool = False) -> Setback | None:
    """As `judge`; None also if nobody can tell: whoever opens the log says why it can't be."""
    try:
        return judge(settings, thorough=thorough)
    except (sqlite3.Error, OSError):
        return None


def judged(settings: Settings, *, thorough: bool = False) -> Setback | None:
    """None: the log can be used; otherwise says why not. `thorough`: as in `judge`.

    Raises Unusable if there are no tables to show instead, Unsuccessful for a copy: it can be made again.
    """
    if (setback := doubt(settings, thorough=thorough)) is None:
        return None
    why = spoken(wording.problem(setback))
    if is_copy(settings):
        raise Unsuccessful(
            f"{settings.events_db}: {why} Nothing was changed. It is a copy of another library: "
            "albumen reader --begin-anew copies that anew."
        )
    if not any(map(of_tables, tables(settings.views))) and setback.kind in ("foreign", "newer"):
        raise Unusable(
            f"{settings.events_db}: {why} Choose another --data folder, or put the right file there."
        )
    print(f"albumen: {why}", file=sys.stderr)
    print("Nothing was changed. Pages are read-only until you choose, here or on /log:", file=sys.stderr)
    for way in wording.ways(setback, has_backups(settings)):
        print(
            f"  {wording.command(way, settings)}  ({spoken(wording.WAYS[way])})", file=sys.stderr, flush=True
        )
    return setback


def has_backups(settings: Settings) -> bool:
    return any(settings.backups.glob("albumen-*.db"))


def refuse(settings: Settings) -> None:
    """For commands that would rebuild or migrate. Raises Unsuccessful or Unusable if the log is not to be believed."""
    if setback := judge(settings):
        kind = Unusable if setback.kind in ("foreign", "newer") else Unsuccessful
        why = spoken(wording.problem(setback))
        raise kind(f"{why} Nothing was changed. Start albumen up to choose how to continue.")


def _restore(settings: Settings) -> Path:
    """The newest sound backup. Raises Unsuccessful, with everything as it was; OSError."""
    from services.kernel.backup.restoring import NothingToRestore, restore

    try:
        restored = restore(settings, settings.backups)
    except NothingToRestore as error:
        raise Unsuccessful(f"{error} Nothing was changed.") from error
    print(f"albumen: restored {restored.source}", file=sys.stderr, flush=True)
    return restored.aside or settings.data


def carry_out(settings: Settings, way: Way) -> Path | None:
    """Do what a person chose; returns the folder with what was moved aside. Only while nobody has the log open. Raises
    Unsuccessful, with everything as it was."""
    from services.cli.recovery import accept, note, recover, summary

    witness = witness_of(settings)
    try:
        match way:
            case "accept":
                if (moved := accept(settings)) is None:
                    return None
                place = moved
            case "recover":
                done = recover(settings)
                print(f"albumen: {summary(done)}", file=sys.stderr, flush=True)
                place = done.place
            case "restore" | "begin-anew":
                place = _restore(settings) if way == "restore" else move_aside(settings, views=True)
                overrule(settings)
                if not is_copy(settings):  # whose log holds nothing of its own
                    note(settings, way, witness)
    except OSError as error:
        raise Unsuccessful(
            f"{error.filename or settings.data}: {error.strerror}. Nothing was changed."
        ) from error
    print(f"albumen: the previous data is now in {place}", file=sys.stderr, flush=True)
    return place
