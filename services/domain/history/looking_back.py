"""The library at an earlier point in time."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.fields import Position
from services.domain.subject import Command, Decision, Event, Known, Refused


class LookBack(Command, frozen=True, kw_only=True):
    """Asks the projector to build read tables as of a position, beside those in use; nothing changes."""

    TYPE: ClassVar[str] = "look_back"
    NAME: ClassVar[str] = "look-back"
    position: Position
    """Of the last event in them; 0: none."""

    async def decide(self, known: Known) -> Decision:
        if self.position > await known.head():
            raise Refused("The log ends before this position.", "position")
        return Decision()

    def toast(self, events: Sequence[Event]) -> None:
        return None  # the page itself changes
