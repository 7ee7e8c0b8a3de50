"""Whose seasons a search means by `summer`."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from services.domain.subject import Command, Decision, Event, InStream, Known, Section
from services.kernel.sentence import Sentence, Spoken

Hemisphere = Literal["north", "south"]


class SeasonsSet(Event, frozen=True, kw_only=True):
    """Seasons in searches are those of this half of the earth; those of the north until one is chosen."""

    TYPE: ClassVar[str] = "seasons_set"
    STREAM: ClassVar[str] = "seasons"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    hemisphere: Hemisphere

    def undo(self, stream: InStream) -> list[Event]:
        if any(isinstance(event, SeasonsSet) for _, event in stream.after):
            return []
        earlier = [event.hemisphere for _, event in stream.before if isinstance(event, SeasonsSet)]
        return [SeasonsSet(hemisphere=earlier[-1] if earlier else "north")]

    def line(self) -> Spoken:
        if self.hemisphere == "south":
            return Sentence("Searches use the seasons of the southern hemisphere")
        return Sentence("Searches use the seasons of the northern hemisphere")


class SetSeasons(Command, frozen=True, kw_only=True):
    """Sets whose seasons a search means."""

    TYPE: ClassVar[str] = "set_seasons"
    NAME: ClassVar[str] = "set-seasons"
    hemisphere: Hemisphere

    async def decide(self, known: Known) -> Decision:
        return Decision([SeasonsSet(hemisphere=self.hemisphere)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return SeasonsSet(hemisphere=self.hemisphere).line()
