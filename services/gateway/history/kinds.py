"""Which events the history of the library tells, and what it can be narrowed to: each says it of itself."""

from collections.abc import Iterable
from typing import Final, get_args

from services.domain import COMMANDS, EVENTS
from services.domain.subject import Actor, Section
from services.gateway.queries.logbook import Scanned

LIBRARY: Final = tuple(name for name, event in EVENTS.items() if event.SECTIONS is not None)
"""What the library's history shows; what happens to each photo stands in that photo's own."""
ABOUT: Final = {
    section: tuple(name for name in LIBRARY if section in (EVENTS[name].SECTIONS or ()))
    for section in get_args(Section)
}
"""What the history can be narrowed to."""
PER_PHOTO: Final = frozenset(name for name, event in EVENTS.items() if event.PER_PHOTO)
"""What a command brings about for each of its photos."""
SCANNING: Final = tuple(name for name, command in COMMANDS.items() if command.ACTOR == "scan")
"""Commands that a search for photos carries out."""
SCANS: Final = tuple(name for name, event in EVENTS.items() if event.ACTOR == "scan")
"""What a search for photos finds."""
MODELS: Final = frozenset(name for name, event in EVENTS.items() if event.ACTOR == "model")
"""What classifiers do, and what is asked of them."""


def by(actor: Actor | None, types: Iterable[str]) -> tuple[tuple[str, ...], Scanned | None]:
    """Those of the types that an actor may bring about, and how to tell where that is not sure."""
    if actor is None:
        return tuple(types), None
    if actor == "model":
        return tuple(name for name in types if name in MODELS), None
    sure = () if actor == "scan" else SCANS
    return tuple(name for name in types if name not in MODELS and name not in sure), Scanned(
        actor == "scan", SCANS, SCANNING
    )
