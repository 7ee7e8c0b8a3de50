"""The history of one photo or of the whole library: a line for each action."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from services.domain.files.doubts import InheritanceDoubted
from services.domain.files.editing import EditSuspected
from services.domain.files.events import ScanFinished
from services.domain.jobs.events import JobFinished
from services.domain.registry import COMMANDS
from services.domain.subject import Actor, Event, event_of
from services.gateway.history.days import ChangedDay, by_day
from services.gateway.history.entries import Asked, HistoryEntry, Written
from services.gateway.history.grouping import (
    PICTURES,
    add,
    concerned,
    line_of,
    photos_of,
    undone,
    who,
)
from services.gateway.history.kinds import ABOUT, CHAINS, LIBRARY, PER_PHOTO, by
from services.gateway.history.raw import written
from services.gateway.i18n.language import _
from services.gateway.i18n.speech import spoken
from services.gateway.i18n.wording import photos
from services.gateway.queries.history_photos import classified
from services.gateway.queries.logbook import Logbook
from services.gateway.queries.named import all_names
from services.gateway.queries.reads import Work
from services.gateway.queries.titles import mentions
from services.gateway.tables.pool import Views
from services.kernel.log.codec import BrokenEvent, UnknownEvent
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log
from services.kernel.sentence import Spoken

_ACTIONS: Final = 5000
"""Looked through for days on which something changed …"""
_DAYS: Final = 60
"""… of which this many are listed."""
_JOBS: Final = (ScanFinished.TYPE, JobFinished.TYPE)


class Chronicle:
    """Implements `History`."""

    def __init__(self, events: Log, logbook: Logbook) -> None:
        self._log, self._logbook = events, logbook

    async def of_image(
        self, views: Views, image_id: str, mentioned: list[int], before: int, limit: int
    ) -> list[HistoryEntry]:
        earlier = [position for position in mentioned if position < before][-limit:]
        rows = await self._logbook.of(f"image-{image_id}", earlier, before, limit)
        return await self._entries(rows, views, of_one=True)

    async def recent(
        self, views: Views, asked: Asked, before: int | None = None, limit: int = 100
    ) -> list[HistoryEntry]:
        """A command's events of one kind are one line, however many photos they are about."""
        entries: list[HistoryEntry] = []
        while len(entries) <= limit:  # the next page may extend the last line
            rows = await self._rows(views, asked, before, limit)
            if not rows:
                break
            for entry in await self._entries(rows, views):
                if asked.who in (None, entry.who):
                    add(entries, entry)
            before = rows[-1].position
            if rows[-1].type in PER_PHOTO and rows[-1].causation_id:
                cause = next(iter(await self._logbook.found([rows[-1].causation_id])), None)
                if (
                    cause and cause.type in COMMANDS and COMMANDS[cause.type].PER_PHOTO
                ):  # the rest is the same, but for the first two
                    before = min(before, cause.position + 3)
        return await self._with_photos(views, entries[:limit])

    async def days(self, before: int) -> list[ChangedDay]:
        return by_day(await self._logbook.actions(LIBRARY, before, _ACTIONS))[-_DAYS:]

    async def exactly(self, views: Views, position: int) -> tuple[HistoryEntry | None, Written] | None:
        record = await written(self._log, position, views)
        if record is None:
            return None
        try:
            lines = await self._with_photos(views, await self._entries([record.row], views))
        except (UnknownEvent, BrokenEvent):  # its text is empty, too
            lines = []
        return next(iter(lines), None), record

    async def given(self, types: Sequence[str], limit: int) -> list[tuple[str, dict[str, Any]]]:
        return await self._logbook.given(types, limit)

    async def _rows(self, views: Views, asked: Asked, before: int | None, limit: int) -> list[Envelope]:
        subject = asked.subject
        if subject is None:
            types, scanned = by(asked.who, ABOUT.get(asked.about or "", LIBRARY))
            return await self._logbook.back(types, before, limit, scanned, CHAINS)
        positions = await mentions(views, subject.id, before, limit)
        return await self._logbook.of(subject.stream, positions, before, limit)

    async def _entries(self, rows: list[Envelope], views: Views, of_one: bool = False) -> list[HistoryEntry]:
        events = {row.position: event_of(row) for row in rows if row.kind == "E"}
        names = await all_names(views, (getattr(event, "album_id", None) for event in events.values()))
        work = Work(views)
        commands, undone_by = await self._commands(rows)
        undoable = await _undoable(commands, work)
        doubts = {str(row.event_id) for row in rows if row.type == InheritanceDoubted.TYPE}
        undone_doubts = await work.undone(sorted(doubts)) if doubts else set()
        images = {id_: photos_of(commands.get(undone_by.get(id_, id_))) for id_ in commands}
        entries: list[HistoryEntry] = []
        for row in rows:
            event, command = events.get(row.position), str(row.causation_id)
            if event is None:
                continue
            if not of_one and event.idle():
                continue
            listed = [] if of_one else images.get(command, [])
            many = len(listed) or 1 if event.PER_PHOTO and command not in undone_by else 1
            actor = who(row, commands.get(command))
            about = [] if of_one else concerned(event, listed)
            entry = HistoryEntry(
                position=row.position,
                recorded_at=row.recorded_at,
                text=_text(line_of(commands.get(command), event), event, many, actor, names),
                type=row.type,
                who=actor,
                image_id=getattr(event, "image_id", None) if many == 1 else None,
                album_id=(album := getattr(event, "album_id", None)),
                album=names.get(album or ""),
                category_id=getattr(event, "category_id", None),
                command_id=_undo_of(row, event, undoable, doubts - undone_doubts),
                cause=command,
                edit_of=await _edit_of(event, work),
                images=tuple(about[:PICTURES]),
                of=len(about),
            )
            add(entries, entry)
        return entries

    async def _commands(self, rows: list[Envelope]) -> tuple[dict[str, Envelope], dict[str, str]]:
        """The commands that caused the rows, by id; and undo command -> the command it undid."""
        commands = await self._by_id({row.causation_id for row in rows if row.causation_id})
        undone_by = {id_: target for id_, command in commands.items() if (target := undone(command))}
        return commands | await self._by_id({UUID(id_) for id_ in undone_by.values()}), undone_by

    async def _by_id(self, ids: set[UUID]) -> dict[str, Envelope]:
        return {str(one.event_id): one for one in await self._logbook.found(ids) if one.kind == "C"}

    async def _with_photos(self, views: Views, entries: list[HistoryEntry]) -> list[HistoryEntry]:
        """Adds photos to the results of scans and classifiers."""
        rows = await self._log.read_positions([entry.position for entry in entries if entry.type in _JOBS])
        ended = {row.position: (row.stream.removeprefix("job-"), event_of(row)) for row in rows}
        scans = {at: job for at, (job, event) in ended.items() if isinstance(event, ScanFinished)}
        of = {at: getattr(event, "added", getattr(event, "done", 0)) for at, (_job, event) in ended.items()}
        photos = await self._logbook.imported(scans, PICTURES) | await classified(
            views, {at: job for at, (job, _event) in ended.items() if at not in scans}, PICTURES
        )
        return [
            msgspec.structs.replace(entry, images=tuple(photos[entry.position]), of=of[entry.position])
            if entry.position in photos
            else entry
            for entry in entries
        ]


def _text(why: Spoken | None, event: Event, many: int, by: Actor, names: Mapping[str, str]) -> str:
    if line := why or event.line_of(many, by):
        return spoken(line, names)
    text = spoken(event.line(), names)
    return text if many == 1 else _("%(said)s · %(photos)s", said=text, photos=photos(many))


def _undo_of(row: Envelope, event: Event, undoable: set[str], doubts: set[str]) -> str | None:
    """The id to undo: of its command, or its own if it is a doubt."""
    if (own := str(row.event_id)) in doubts:
        return own
    return str(row.causation_id) if event.UNDOABLE and str(row.causation_id) in undoable else None


async def _edit_of(event: Event, work: Work) -> str | None:
    if not isinstance(event, EditSuspected):
        return None
    heritage = (await work.estate(event.previous_image_id)).beyond(await work.estate(event.image_id))
    return event.previous_image_id if heritage else None


async def _undoable(commands: dict[str, Envelope], work: Work) -> set[str]:
    """Those that a person may undo: not scans, and not undone yet."""
    classes = {id_: COMMANDS.get(command.type) for id_, command in commands.items()}
    candidates = {id_ for id_, command in classes.items() if command and not command.FINAL}
    return candidates - await work.undone(sorted(candidates))
