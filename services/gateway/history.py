"""What happened: of one photo, and of the whole library, a line for each thing that was done."""

from typing import Final

import msgspec

from services.gateway.deciders.undo import UNDOABLE
from services.gateway.historykinds import ABOUT, LIBRARY
from services.gateway.language import _
from services.gateway.ports import Asked, HistoryEntry
from services.gateway.queries.logbook import Logbook
from services.gateway.queries.subjects import mentions
from services.gateway.queries.views import Views
from services.gateway.queries.work import Work
from services.gateway.telling import describe
from services.gateway.wording import photos
from services.kernel import commands as c
from services.kernel import events as e
from services.kernel.codec import decode_command
from services.kernel.envelope import Envelope
from services.kernel.eventlog import Log

_NOT_UNDONE: Final = (c.ScanLibrary.TYPE, c.ClassifyImages.TYPE)
"""Commands with other effects, that can't be taken back, beside those that can."""
_MANY: Final = (e.DateCorrected, e.CategoryAssigned, e.CategoryRejected, e.CategoryCleared)
"""Events that a command brings about for each of its photos."""
_OF_MANY: Final = frozenset(event.TYPE for event in _MANY)
_AT_ONCE: Final = frozenset(
    command.TYPE for command in (c.AssignCategory, c.RejectCategory, c.CorrectDate, c.Undo)
)
"""Commands whose events stand right behind them: of an undone one first that it was, then what was said instead."""


class Chronicle:
    """`ports.History`."""

    def __init__(self, events: Log, logbook: Logbook) -> None:
        self._log, self._logbook = events, logbook

    async def of_image(self, views: Views, image_id: str, mentioned: list[int]) -> list[HistoryEntry]:
        rows = await self._log.read_stream(f"image-{image_id}") + await self._log.read_positions(mentioned)
        return await self._told(sorted(rows, key=lambda row: -row.position), Work(views), of_one=True)

    async def recent(
        self, views: Views, asked: Asked, before: int | None = None, limit: int = 100
    ) -> list[HistoryEntry]:
        """One line for each command and what it said, however many photos that was about."""
        told: list[HistoryEntry] = []
        while len(told) <= limit:  # the last line may go on in what is read next
            rows = await self._rows(views, asked, before, limit)
            if not rows:
                break
            for entry in await self._told(rows, Work(views)):
                if told and _same(told[-1], entry):
                    told[-1] = _longer(told[-1], entry.position)
                else:
                    told.append(entry)
            before = rows[-1].position
            if rows[-1].type in _OF_MANY and rows[-1].causation_id:
                cause = await self._log.find(rows[-1].causation_id)
                if cause and cause.type in _AT_ONCE:  # the rest says the same, but for the first two
                    before = min(before, cause.position + 3)
        return told[:limit]

    async def _rows(self, views: Views, asked: Asked, before: int | None, limit: int) -> list[Envelope]:
        subject = asked.subject
        if subject is None:
            return await self._logbook.back(ABOUT.get(asked.about or "", LIBRARY), before, limit)
        positions = await mentions(views, subject.id, before, limit)
        return await self._logbook.of(subject.stream, positions, before, limit)

    async def _told(self, rows: list[Envelope], work: Work, of_one: bool = False) -> list[HistoryEntry]:
        names = await work.categories()
        commands = await self._commands(rows)
        undoable = await _undoable(commands, work)
        told: list[HistoryEntry] = []
        for row in rows:
            if row.kind != "E":
                continue
            event, command = row.event(), str(row.causation_id)
            if not of_one and _idle(event):
                continue
            text = describe(event, names)
            many = 1 if of_one or not isinstance(event, _MANY) else _count(commands.get(command))
            entry = HistoryEntry(
                position=row.position,
                recorded_at=row.recorded_at,
                text=text if many == 1 else _("%(said)s, of %(photos)s", said=text, photos=photos(many)),
                type=row.type,
                image_id=getattr(event, "image_id", None) if many == 1 else None,
                album_id=getattr(event, "album_id", None),
                command_id=command if isinstance(event, UNDOABLE) and command in undoable else None,
                cause=command,
            )
            if not (told and _same(told[-1], entry)):
                told.append(entry)
            else:
                told[-1] = _longer(told[-1], row.position)
        return told

    async def _commands(self, rows: list[Envelope]) -> dict[str, Envelope]:
        """Those that rows came of, by id."""
        found = await self._logbook.found({row.causation_id for row in rows if row.causation_id})
        return {str(one.event_id): one for one in found if one.kind == "C"}


async def _undoable(commands: dict[str, Envelope], work: Work) -> set[str]:
    """Those that a person may take back: not scans, and not undone yet."""
    asked = {id_ for id_, command in commands.items() if command.type not in _NOT_UNDONE}
    return asked - await work.undone(sorted(asked))


def _idle(event: e.Event) -> bool:
    """A scan that found nothing new is not worth a line: there is one each hour."""
    return isinstance(event, e.ScanFinished) and not (
        event.added or event.moved or event.rejected or event.missing
    )


def _same(one: HistoryEntry, other: HistoryEntry) -> bool:
    """One command for many photos is one line."""
    return one.type in _OF_MANY and (one.type, one.cause) == (other.type, other.cause)


def _longer(line: HistoryEntry, position: int) -> HistoryEntry:
    """A line that goes on to an earlier position."""
    return msgspec.structs.replace(line, position=position, image_id=None)


def _count(command: Envelope | None) -> int:
    """Photos that a command is about."""
    if command is None:
        return 1
    return len(set(getattr(decode_command(command.type, command.data), "images", ()))) or 1
