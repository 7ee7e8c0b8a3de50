"""Of photos that are almost the same, the best of each group stays, and all others are hidden or binned at once."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from services.domain.photos.bin import TrashedSet
from services.domain.photos.hiding import ImagesHidden
from services.domain.subject import Command, Decision, Event, Known, Outdated, Refused
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken


class KeepBest(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "keep_best"
    NAME: ClassVar[str] = "keep-best"
    by: Literal["hide", "bin"] = "hide"
    seen: Annotated[str, Meta(max_length=64)] | None = None
    """The `digest` of what a person has seen of it before (`GET /api/duplicates/best`); None: they haven't."""

    async def decide(self, known: Known) -> Decision:
        copies = await known.worse_copies()
        if not copies.images:
            raise Refused("There are no such photos to hide any more.")
        if self.seen not in (None, copies.digest):
            raise Outdated(
                "The duplicates have changed since you saw them: it is about %(photos)s now.",
                "seen",
                photos=Photos(len(copies.images)),
            )
        if self.by == "bin":
            return Decision([TrashedSet(image_ids=copies.images, trashed=True)])
        return Decision([ImagesHidden(image_ids=copies.images)])

    def line(self, event: Event) -> Spoken | None:
        photos = Photos(len(event.photos()))
        if self.by == "bin":
            return Sentence("%(photos)s moved to the bin: of duplicates, the best one stays", photos=photos)
        return Sentence("%(photos)s hidden: of duplicates, the best one stays", photos=photos)

    def toast(self, events: Sequence[Event]) -> Spoken:
        photos = Photos(sum(len(event.photos()) for event in events))
        if self.by == "bin":
            return Sentence("The best of each group stays; %(photos)s moved to the bin", photos=photos)
        return Sentence("The best of each group stays; %(photos)s hidden", photos=photos)
