"""Undo of all that photos inherited from other pictures at their paths."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.files.doubts import doubts, inheritance_rows
from services.domain.history.undo import CommandUndone, restoring
from services.domain.subject import Command, Decision, Event, Known, Refused
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken


class UndoInheritances(Command, frozen=True, kw_only=True):
    """Reverses every inheritance that a scan doubts and nobody has undone yet."""

    TYPE: ClassVar[str] = "undo_inheritances"
    NAME: ClassVar[str] = "undo-inheritances"

    async def decide(self, known: Known) -> Decision:
        events: list[Event] = []
        versions: dict[str, int] = {}
        for id_, doubt in (await doubts(known)).items():
            undone = CommandUndone(command_id=id_)
            if await known.stream(undone.stream()):
                continue
            versions[undone.stream()] = 0
            reversal = (await restoring(known, await inheritance_rows(known, doubt))).events
            for event in reversal:
                versions |= await event.permitted(known)
            events += [undone, *reversal]
        if not events:
            raise Refused("There is nothing left to undo.")
        return Decision(events, versions)

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence(
            "Undone for %(photos)s", photos=Photos(sum(isinstance(event, CommandUndone) for event in events))
        )
