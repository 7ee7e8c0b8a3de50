"""What happened: of one photo, and of the whole library, a line for each thing that was done."""

from typing import Final

import msgspec

from services.gateway.deciders.undo import UNDOABLE
from services.gateway.language import _
from services.gateway.ports import HistoryEntry
from services.gateway.queries.logbook import Logbook
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
LIBRARY: Final = tuple(
    event.TYPE
    for event in (
        e.ScanFinished,
        e.SourceUnavailable,
        e.FolderUnreadable,
        e.ProblemsIgnored,
        e.ProblemsShown,
        e.ClassificationRequested,
        e.JobFinished,
        e.JobCancelled,
        e.JobPaused,
        e.JobResumed,
        e.ModelActivated,
        e.CategoryCreated,
        e.CategoryRenamed,
        e.CategoryDeleted,
        e.CategoryRestored,
        e.CategoryMoved,
        e.CategoriesMerged,
        e.CategoryUnmerged,
        e.CategoryHidden,
        e.CategoryUnhidden,
        e.ThresholdSet,
        e.CategoryAssigned,
        e.CategoryRejected,
        e.CategoryCleared,
        e.CategoryTaught,
        e.AlbumCreated,
        e.AlbumRenamed,
        e.AlbumDescribed,
        e.AlbumCoverSet,
        e.AlbumOrderSet,
        e.AlbumSearchSet,
        e.AlbumDeleted,
        e.AlbumRestored,
        e.ImagesAddedToAlbum,
        e.ImagesRemovedFromAlbum,
        e.AlbumReordered,
        e.DateCorrected,
        e.ImagesHidden,
        e.ImagesUnhidden,
        e.TimelineHides,
        e.CommandUndone,
    )
)
"""What the library's history shows; what happens to each photo stands in that photo's own."""
ABOUT: Final = {
    "albums": tuple(name for name in LIBRARY if "album" in name),
    "categories": tuple(name for name in LIBRARY if "categor" in name or name == e.ThresholdSet.TYPE),
    "photos": (
        *(e.DateCorrected.TYPE, e.ImagesHidden.TYPE, e.ImagesUnhidden.TYPE, e.TimelineHides.TYPE),
        *(e.CategoryAssigned.TYPE, e.CategoryRejected.TYPE, e.CategoryCleared.TYPE),
        *(e.ImagesAddedToAlbum.TYPE, e.ImagesRemovedFromAlbum.TYPE),
    ),
    "jobs": tuple(
        name for name in LIBRARY if name.startswith(("scan", "source", "classification", "job", "model"))
    ),
}
"""What the history can be narrowed to."""
_MANY: Final = (e.DateCorrected, e.CategoryAssigned, e.CategoryRejected, e.CategoryCleared)
"""Events that a command brings about for each of its photos."""
_OF_MANY: Final = frozenset(event.TYPE for event in _MANY)
_AT_ONCE: Final = frozenset(
    command.TYPE for command in (c.AssignCategory, c.RejectCategory, c.CorrectDate, c.Undo)
)
"""Commands whose events stand right behind them: of an undone one first that it was, then what was said instead."""


class Chronicle:
    """`ports.History`."""

    def __init__(self, events: Log, logbook: Logbook, work: Work) -> None:
        self._log, self._logbook, self._work = events, logbook, work

    async def of_image(self, image_id: str, mentions: list[int]) -> list[HistoryEntry]:
        rows = await self._log.read_stream(f"image-{image_id}") + await self._log.read_positions(mentions)
        return await self._told(sorted(rows, key=lambda row: -row.position), of_one=True)

    async def recent(
        self, before: int | None = None, limit: int = 100, about: str | None = None
    ) -> list[HistoryEntry]:
        """One line for each command and what it said, however many photos that was about."""
        told: list[HistoryEntry] = []
        while len(told) <= limit:  # the last line may go on in what is read next
            rows = await self._logbook.back(ABOUT.get(about or "", LIBRARY), before, limit)
            if not rows:
                break
            for entry in await self._told(rows):
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

    async def _told(self, rows: list[Envelope], of_one: bool = False) -> list[HistoryEntry]:
        names = await self._work.categories()
        commands = await self._commands(rows)
        undoable = await self._undoable(commands)
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
        """Those that rows which can be undone came of, by id."""
        causes = {row.causation_id for row in rows if isinstance(row.event(), UNDOABLE) and row.causation_id}
        found = [await self._log.find(cause) for cause in causes]
        return {str(one.event_id): one for one in found if one and one.kind == "C"}

    async def _undoable(self, commands: dict[str, Envelope]) -> set[str]:
        """Those that a person may take back: not scans, and not undone yet."""
        asked = {id_ for id_, command in commands.items() if command.type not in _NOT_UNDONE}
        return asked - await self._work.undone(sorted(asked))


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
