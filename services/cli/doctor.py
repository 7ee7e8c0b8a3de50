"""`albumen doctor`: what is wrong with the data, and what to do. It changes nothing, whether Albumen runs or not."""

import argparse
import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec

from services.cli.copied import own_library
from services.cli.errors import Unsuccessful
from services.cli.instance import all_stopped
from services.cli.output import print_json, progress
from services.cli.recovery import recover, summary
from services.domain.history.losses import Choice, LogRecovered, ranges, singly
from services.domain.subject import event_of
from services.gateway.closed import wording
from services.gateway.i18n.speech import spoken
from services.gateway.workers import notice
from services.kernel import logs
from services.kernel.log import chain, migrate
from services.kernel.log.apart import REPORTED
from services.kernel.log.finding import Finding
from services.kernel.log.rows import COLUMNS, envelope, replaced
from services.kernel.log.setback import judge
from services.kernel.log.sqlite import open_reader
from services.kernel.log.verify import Advance, findings
from services.kernel.settings import Settings

_RECOVERIES: Final = f"SELECT {COLUMNS} FROM event WHERE stream = ? ORDER BY version"
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"


class Complaint(msgspec.Struct, frozen=True):
    code: str
    problem: str
    remedy: str
    position: int | None = None
    """In the log, if it is about one record."""


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """A log that had lost entries, and how a person went on."""

    at: str
    """By the computer's clock: ISO 8601, to the minute."""
    choice: Choice
    what: str
    """In words."""
    lost: list[tuple[int, int]]
    """First and last positions."""
    changed: list[int]
    """Positions of entries that are not as they were written."""

    @property
    def sentence(self) -> str:
        lost = f" ({ranges(self.lost)})" if self.lost else ""
        changed = f" Entries that differ from what was written: {ranges(singly(self.changed))}."
        return f"{self.what}{lost}.{changed if self.changed else ''}"


class Examination(msgspec.Struct, frozen=True):
    """What was examined."""

    summary: str
    """If nothing is wrong."""
    problems: list[Complaint]
    facts: dict[str, Any]
    """For scripts."""


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unsuccessful if anything is wrong."""
    logs.configure(settings, arguments.command)
    if arguments.recover:
        _recover(settings, arguments)
        return
    with progress() as bars:
        bar = bars.add_task("doctor", total=None)
        parts = {
            name: examine(settings, lambda done, total: bars.update(bar, completed=done, total=total))
            for name, examine in EXAMINATIONS.items()
        }
    wrong = sum(len(part.problems) for part in parts.values())
    if arguments.json:
        print_json(
            {"ok": not wrong}
            | {name: part.facts | {"problems": part.problems} for name, part in parts.items()}
        )
    else:
        for part in parts.values():
            for one in part.problems:
                print(f"{one.problem}\n  {one.remedy}")
            if not part.problems:
                print(part.summary)
    if wrong:
        raise Unsuccessful("1 problem was found." if wrong == 1 else f"{wrong} problems were found.")


def _recover(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unsuccessful if nothing can be read, or Albumen runs."""
    with all_stopped(settings):
        own_library(settings)
        done = recover(settings)
    if arguments.json:
        print_json(msgspec.to_builtins(done.salvaged) | {"place": str(done.place)})
    else:
        print(f"{summary(done)} The previous log is now in {done.place}. Start it with albumen up.")


def _log(settings: Settings, advance: Advance) -> Examination:
    """All of it: each record, and the hashes that chain them."""
    path = settings.events_db
    problems = [_problem(fault) for fault in islice(findings(path, advance=advance), REPORTED)]
    facts: dict[str, Any] = {"path": str(path)}
    if path.exists() and path.stat().st_size:
        with suppress(sqlite3.DatabaseError), closing(open_reader(path)) as db:
            facts["schema"] = migrate.version(db)
            facts["records"] = db.execute(_HEAD).fetchone()[0]
            facts["chained"] = chain.end(db).position
            facts["recoveries"] = _recoveries(db)
    chained = facts.get("chained", 0)
    summary = f"The log is in order: {facts.get('records', 0):,} entries in {path}"
    rest = "." if chained == facts.get("records") else f", {chained:,} of them chained so far."
    since = [f"\n  Intact since {one.at}: {one.sentence}" for one in facts.get("recoveries", ())]
    return Examination("".join([summary, rest, *since]), problems, facts)


def _recoveries(db: sqlite3.Connection) -> list[Recovery]:
    """Each time that somebody went on with a log that had lost entries."""
    db.text_factory = replaced
    rows = map(envelope, db.execute(_RECOVERIES, (LogRecovered.STREAM,)))
    facts = [(row, event) for row in rows if isinstance(event := event_of(row), LogRecovered)]
    return [
        Recovery(
            at=datetime.fromtimestamp(row.recorded_at / 1e6).isoformat(" ", "minutes"),
            choice=event.choice,
            what=spoken(event.line()),
            lost=event.lost,
            changed=event.changed,
        )
        for row, event in facts
    ]


def _problem(fault: Finding) -> Complaint:
    return Complaint(fault.code, fault.what.english(), fault.advice.english(), fault.position)


def _tables(settings: Settings, advance: Advance) -> Examination:
    """What the read tables and backups know of the log. One that can't be opened is the other examination's affair."""
    with suppress(sqlite3.Error, OSError):
        if setback := judge(settings):
            code = wording.condition(setback).code
            problem = Complaint(
                code, wording.problem(setback).english(), "Start albumen up and choose how to continue."
            )
            return Examination("", [problem], msgspec.to_builtins(setback))
    return Examination("The log holds everything that the read tables know of.", [], {})


def _decoders(settings: Settings, advance: Advance) -> Examination:
    """How far programs that open photos are confined. What this computer can't do is no fault of the data."""
    confinement = asyncio.run(notice.tried(settings.previews))
    return Examination(notice.in_words(confinement), [], msgspec.structs.asdict(confinement))


EXAMINATIONS: Final[dict[str, Callable[[Settings, Advance], Examination]]] = {
    "log": _log,
    "tables": _tables,
    "decoders": _decoders,
}
"""In the order of the report."""
