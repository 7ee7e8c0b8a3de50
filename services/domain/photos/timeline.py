"""Categories that the timeline leaves out."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from services.domain.fields import Id
from services.domain.subject import Command, Decision, Event, InStream, Known, Refused, Section
from services.domain.words import CategoryNames
from services.kernel.sentence import Sentence, Spoken


class TimelineHides(Event, frozen=True, kw_only=True):
    """Photos in these categories are left out of the timeline (not of searches, albums or category pages)."""

    TYPE: ClassVar[str] = "timeline_hides"
    STREAM: ClassVar[str] = "timeline"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    category_ids: list[str]

    def undo(self, stream: InStream) -> list[Event]:
        if any(isinstance(event, TimelineHides) for _, event in stream.after):
            return []
        earlier = [event.category_ids for _, event in stream.before if isinstance(event, TimelineHides)]
        return [TimelineHides(category_ids=earlier[-1] if earlier else [])]

    def line(self) -> Spoken:
        if not self.category_ids:
            return Sentence("The timeline shows everything")
        return Sentence("Hidden from the timeline: %(names)s", names=CategoryNames(self.category_ids))


class SetTimeline(Command, frozen=True, kw_only=True):
    """Sets the categories that the timeline leaves out."""

    TYPE: ClassVar[str] = "set_timeline"
    NAME: ClassVar[str] = "set-timeline"
    hides: Annotated[list[Id], Meta(max_length=1000)] = msgspec.field(default_factory=list)

    async def decide(self, known: Known) -> Decision:
        names = await known.category_names()
        unknown = next((category for category in self.hides if category not in names), None)
        if unknown is not None:
            raise Refused("There is no category “%(name)s”.", "hides", name=unknown)
        return Decision([TimelineHides(category_ids=sorted(set(self.hides)))])

    def toast(self, events: Sequence[Event]) -> Spoken:
        if not self.hides:
            return Sentence("The timeline shows everything")
        return Sentence("Hidden from the timeline: %(names)s", names=CategoryNames(self.hides))
