"""Lines of the history, as values: which of them are one, and which photos they are about."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final

import msgspec

from services.domain.history.undo import Undo
from services.domain.subject import Actor, Event
from services.gateway.history.entries import HistoryEntry
from services.gateway.history.kinds import MODELS, PER_PHOTO, SCANNING, SCANS
from services.kernel.log.codec import decode_command
from services.kernel.log.envelope import Envelope

PICTURES: Final = 5
"""Photos that a line shows."""
FOLDED: Final = 4
"""So many lines of one kind are folded into one."""


def folded(day: list[HistoryEntry]) -> list[list[HistoryEntry]]:
    """Lines of a day; many of one kind by one actor, one behind the other, are one group."""
    groups: list[list[HistoryEntry]] = []
    for _kind, alike in groupby(day, lambda entry: (entry.who, entry.type)):
        lines = list(alike)
        groups += [lines] if len(lines) >= FOLDED else [[line] for line in lines]
    return groups


def same(one: HistoryEntry, other: HistoryEntry) -> bool:
    """One command for many photos is one line."""
    return one.type in PER_PHOTO and (one.type, one.cause) == (other.type, other.cause)


def longer(line: HistoryEntry, earlier: HistoryEntry) -> HistoryEntry:
    """A line that goes on with an earlier one."""
    images = tuple(dict.fromkeys((*line.images, *earlier.images)))[:PICTURES]
    of = max(line.of, earlier.of, len(images))
    return msgspec.structs.replace(line, position=earlier.position, image_id=None, images=images, of=of)


def named_album(line: HistoryEntry, names: Mapping[str, str]) -> HistoryEntry:
    name = names.get(line.album_id or "")
    return msgspec.structs.replace(line, album=name) if name and name not in line.text else line


def who(row: Envelope, command: Envelope | None) -> Actor:
    """Actor brought an event about. `command`: that it came of, where it came of one.

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
    decoded = decode_command(command.type, command.data) if command.type == Undo.TYPE else None
    return decoded.command_id if isinstance(decoded, Undo) else None


def concerned(event: Event, asked: list[str]) -> list[str]:
    """Photos that an event is about. `asked`: those that its command names."""
    return asked if asked and event.PER_PHOTO else list(event.photos())
