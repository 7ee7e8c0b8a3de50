"""`albumen replay` and `albumen migrate`: the databases themselves, with or without a gateway running."""

import argparse
import sqlite3
import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import Progress

from services.cli.errors import Unsuccessful, Unusable
from services.kernel import logs
from services.kernel.log.codec import BrokenEvent, UnknownEvent
from services.kernel.log.migrate import NewerSchema, NotALog, migrate
from services.kernel.log.sqlite import open_writer
from services.kernel.settings import Settings
from services.projector.errors import GapInLog, NoLog
from services.projector.rebuild import RebuildReport, migrate_views, rebuild


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable when there is no log that can be read, Unsuccessful when it is damaged."""
    logs.configure(settings, arguments.command)
    try:
        said = _replay(settings) if arguments.command == "replay" else _migrate(settings)
    except (NoLog, NewerSchema, NotALog) as error:
        raise Unusable(str(error)) from error
    except (GapInLog, BrokenEvent, UnknownEvent, sqlite3.DatabaseError) as error:
        raise Unsuccessful(str(error)) from error
    if arguments.json:
        print(msgspec.json.encode(said).decode())
    else:
        print(said["text"])


def _replay(settings: Settings) -> dict[str, Any]:
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        bar = progress.add_task("replay", total=None)
        report = rebuild(settings, lambda done, total: progress.update(bar, completed=done, total=total))
    return _told(report) | {"text": f"{report.events} events replayed in {report.seconds:.2f} s."}


def _migrate(settings: Settings) -> dict[str, Any]:
    if not settings.events_db.exists():
        raise NoLog
    db = open_writer(settings.events_db, durable=True)
    try:
        steps = migrate(db)
    finally:
        db.close()
    report = migrate_views(settings)
    done = [f"{len(steps)} steps applied to the log"] if steps else []
    done += [f"read tables rebuilt from {report.events} events"] if report else []
    text = f"{', '.join(done)}." if done else "Nothing to do: the databases are up to date."
    return {"steps": steps, "rebuilt": _told(report) if report else None, "text": text}


def _told(report: RebuildReport) -> dict[str, Any]:
    return {"events": report.events, "seconds": round(report.seconds, 3), "path": str(report.path)}
