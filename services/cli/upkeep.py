"""`albumen replay` and `albumen migrate`: work on the databases directly, with or without a running gateway."""

import argparse
import sqlite3
from typing import Any

import msgspec

from services.cli import standing
from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import progress
from services.kernel import logs
from services.kernel.linear_algebra import in_one_thread
from services.kernel.log.finding import LogError
from services.kernel.log.migrate import open_log
from services.kernel.settings import Settings
from services.projector.errors import LogUnreadable, LogWentBack, NoLog
from services.projector.rebuild import RebuildReport, migrate_views, rebuild


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable without a readable log, Unsuccessful when it is damaged."""
    logs.configure(settings, arguments.command)
    in_one_thread()
    try:
        standing.refuse(settings)
        report = _replay(settings) if arguments.command == "replay" else _migrate(settings)
    except (NoLog, LogError) as error:
        raise Unusable(str(error)) from error
    except (LogWentBack, LogUnreadable, sqlite3.DatabaseError) as error:
        raise Unsuccessful(str(error)) from error
    if arguments.json:
        print(msgspec.json.encode(report).decode())
    else:
        print(report["text"])


def _replay(settings: Settings) -> dict[str, Any]:
    with progress() as bars:
        bar = bars.add_task("replay", total=None)
        report = rebuild(settings, lambda done, total: bars.update(bar, completed=done, total=total))
    return _fields(report) | {"text": f"{report.events} events replayed in {report.seconds:.2f} s."}


def _migrate(settings: Settings) -> dict[str, Any]:
    if not settings.events_db.exists():
        raise NoLog
    db, steps = open_log(settings.events_db)
    db.close()
    report = migrate_views(settings)
    done = [f"{len(steps)} steps applied to the log"] if steps else []
    done += [f"read tables rebuilt from {report.events} events"] if report else []
    text = f"{', '.join(done)}." if done else "Nothing to do: the databases are up to date."
    return {"steps": steps, "rebuilt": _fields(report) if report else None, "text": text}


def _fields(report: RebuildReport) -> dict[str, Any]:
    return {"events": report.events, "seconds": round(report.seconds, 3), "path": str(report.path)}
