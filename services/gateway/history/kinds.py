"""Which events the library's history lists, and its filters, as declared by the events themselves."""

from collections.abc import Iterable
from typing import Final, get_args

from services.domain.history.undo import CommandUndone, Undo
from services.domain.registry import COMMANDS, EVENTS
from services.domain.subject import Actor, Command, Section
from services.gateway.queries.logbook import Chains, Scanned

LIBRARY: Final = tuple(name for name, event in EVENTS.items() if event.SECTIONS is not None)
"""Events in the library's history; what happens to a single photo is only in that photo's own."""
ABOUT: Final = {
    section: tuple(name for name in LIBRARY if section in (EVENTS[name].SECTIONS or ()))
    for section in get_args(Section)
}
"""Section -> its events: what the history can be filtered by."""
PER_PHOTO: Final = frozenset(name for name, event in EVENTS.items() if event.PER_PHOTO)
"""Events that a command causes for each of its photos."""
SCANNING: Final = tuple(name for name, command in COMMANDS.items() if command.ACTOR == "scan")
"""Commands carried out by scans."""
SCANS: Final = tuple(name for name, event in EVENTS.items() if event.ACTOR == "scan")
"""Events caused by scans."""
MODELS: Final = frozenset(name for name, event in EVENTS.items() if event.ACTOR == "model")
"""Events caused by classifiers, and requests to them."""


CHAINS: Final = Chains(
    starts=[name for name, command in COMMANDS.items() if command.CHAIN],
    commands=[name for name in COMMANDS if name not in SCANNING],
    kept=CommandUndone.TYPE,
    undoes=Undo.TYPE,
)
"""What an import says of photos is in their own histories; the library's has a line for the import."""
WORDED: Final = frozenset(name for name, command in COMMANDS.items() if command.line is not Command.line)
"""Commands that know more of their events than these do."""
VISITS: Final = frozenset(name for name, event in EVENTS.items() if event.ACTOR == "visitor")
"""Events caused by people with a share link."""


def by(actor: Actor | None, types: Iterable[str]) -> tuple[tuple[str, ...], Scanned | None]:
    """The types that an actor may cause, and how to tell where the type alone does not."""
    if actor is None:
        return tuple(types), None
    if actor == "model":
        return tuple(name for name in types if name in MODELS), None
    if actor == "visitor":
        return tuple(name for name in types if name in VISITS), None
    excluded = MODELS | VISITS if actor == "scan" else MODELS.union(SCANS, VISITS)
    return tuple(name for name in types if name not in excluded), Scanned(actor == "scan", SCANS, SCANNING)
