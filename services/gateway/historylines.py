"""Lines of the history, as values: which of them are one, and which photos they are about."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import msgspec

from services.gateway.historykinds import MODELS, SCANNING, SCANS
from services.gateway.ports import HistoryEntry, Who
from services.kernel import commands as c
from services.kernel import events as e
from services.kernel.codec import decode_command
from services.kernel.envelope import Envelope

PICTURES: Final = 5
"""Photos that a line shows."""
FOLDED: Final = 4
"""So many lines of one kind are folded into one."""
MANY: Final = (e.DateCorrected, e.CategoryAssigned, e.CategoryRejected, e.CategoryCleared)
"""Events that a command brings about for each of its photos."""
OF_MANY: Final = frozenset(event.TYPE for event in MANY)


def folded(day: list[HistoryEntry]) -> list[list[HistoryEntry]]:
    """Lines of a day; many of one kind by one actor, one behind the other, are one group."""
    groups: list[list[HistoryEntry]] = []
    for _kind, alike in groupby(day, lambda entry: (entry.who, entry.type)):
        lines = list(alike)
        groups += [lines] if len(lines) >= FOLDED else [[line] for line in lines]
    return groups


def idle(event: e.Event) -> bool:
    """A scan that found nothing new is not worth a line: there is one each hour."""
    return isinstance(event, e.ScanFinished) and not (
        event.added or event.moved or event.rejected or event.missing
    )


def same(one: HistoryEntry, other: HistoryEntry) -> bool:
    """One command for many photos is one line."""
    return one.type in OF_MANY and (one.type, one.cause) == (other.type, other.cause)


def longer(line: HistoryEntry, earlier: HistoryEntry) -> HistoryEntry:
    """A line that goes on with an earlier one."""
    images = tuple(dict.fromkeys((*line.images, *earlier.images)))[:PICTURES]
    of = max(line.of, earlier.of, len(images))
    return msgspec.structs.replace(line, position=earlier.position, image_id=None, images=images, of=of)


def named_album(line: HistoryEntry, names: Mapping[str, str]) -> HistoryEntry:
    name = names.get(line.album_id or "")
    return msgspec.structs.replace(line, album=name) if name and name not in line.text else line


def who(row: Envelope, command: Envelope | None) -> Who:
    """Who brought an event about. `command`: that it came of, where it came of one.

    A scan also hands on what a person said of a file to the one that takes its place.
    """
    if row.type in MODELS:
        return "model"
    return "scan" if row.type in SCANS or (command and command.type in SCANNING) else "user"


def photos_of(command: Envelope | None) -> list[str]:
    """The photos that a command names, each once; none where it says "all" or nothing of them."""
    decoded = decode_command(command.type, command.data) if command else None
    images = getattr(decoded, "images", ())
    return list(dict.fromkeys(images)) if isinstance(images, list | tuple) else []


def undone(command: Envelope) -> str | None:
    """The id of the command that this one takes back."""
    decoded = decode_command(command.type, command.data) if command.type == c.Undo.TYPE else None
    return decoded.command_id if isinstance(decoded, c.Undo) else None


def concerned(event: e.Event, asked: list[str]) -> list[str]:
    """Photos that an event is about. `asked`: those that its command names."""
    if isinstance(event, MANY):
        return asked or [event.image_id]
    if isinstance(event, e.ClassificationRequested):
        return event.images
    one = getattr(event, "image_id", None)
    return [one] if one else list(getattr(event, "image_ids", ()))
