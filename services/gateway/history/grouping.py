"""Lines of the history as values: which are combined, and which photos they are about."""

from itertools import groupby
from typing import Final

import msgspec

from services.domain import subject
from services.domain.history.undo import Undo
from services.domain.subject import Actor, Event
from services.gateway.history.entries import HistoryEntry
from services.gateway.history.kinds import MODELS, PER_PHOTO, SCANNING, SCANS, VISITS, WORDED
from services.kernel.log.codec import BrokenEvent, UnknownEvent, decode_command
from services.kernel.log.command import Command
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Spoken

PICTURES: Final = 5
"""Photos shown on a line."""
FOLDED: Final = 4
"""At least so many lines of one kind are folded into one."""


def folded(day: list[HistoryEntry]) -> list[list[HistoryEntry]]:
    """The lines of a day; consecutive lines of one kind by one actor form a group if there are enough."""
    groups: list[list[HistoryEntry]] = []
    for _kind, alike in groupby(day, lambda entry: (entry.who, entry.type)):
        lines = list(alike)
        groups += [lines] if len(lines) >= FOLDED else [[line] for line in lines]
    return groups


def add(lines: list[HistoryEntry], line: HistoryEntry) -> None:
    """Append a line, or extend the last one: a command for many photos is one line."""
    last = lines[-1] if lines else None
    if last is None or last.type not in PER_PHOTO or (last.type, last.cause) != (line.type, line.cause):
        lines.append(line)
        return
    images = tuple(dict.fromkeys((*last.images, *line.images)))[:PICTURES]
    of = max(last.of, line.of, len(images))
    lines[-1] = msgspec.structs.replace(last, position=line.position, image_id=None, images=images, of=of)


def who(row: Envelope, command: Envelope | None) -> Actor:
    """The actor behind an event. `command`: its cause, if that is a command.

    A scan also copies people's statements about a file to its replacement.
    """
    if row.type in MODELS:
        return "model"
    if row.type in VISITS:
        return "visitor"
    return "scan" if row.type in SCANS or (command and command.type in SCANNING) else "user"


def photos_of(command: Envelope | None) -> list[str]:
    """The distinct photos that a command lists; none if it says "all" or has no photos."""
    decoded = _decoded(command) if command else None
    images = getattr(decoded, "images", ())
    return list(dict.fromkeys(images)) if isinstance(images, list | tuple) else []


def line_of(command: Envelope | None, event: Event) -> Spoken | None:
    """What the event's cause says of it, if it says anything."""
    decoded = _decoded(command) if command and command.type in WORDED else None
    return decoded.line(event) if isinstance(decoded, subject.Command) else None


def undone(command: Envelope) -> str | None:
    """The id of the command that this one undoes."""
    decoded = _decoded(command) if command.type == Undo.TYPE else None
    return decoded.command_id if isinstance(decoded, Undo) else None


def _decoded(command: Envelope) -> Command | None:
    """None for one that is damaged, or that a newer Albumen wrote."""
    try:
        return decode_command(command.type, command.data)
    except (UnknownEvent, BrokenEvent):
        return None


def concerned(event: Event, listed: list[str]) -> list[str]:
    """The photos an event is about. `listed`: those that its command lists."""
    return listed if listed and event.PER_PHOTO else list(event.photos())
