"""Photos that look almost the same and are no duplicates, because a person says so."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from services.domain.erasure import Erasure
from services.domain.fields import Id
from services.domain.subject import Command, Decision, Event, InStream, Known, Refused, Section
from services.domain.words import Photos
from services.kernel.log.ids import derived_id
from services.kernel.sentence import Sentence, Spoken


class DistinctSet(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "distinct_set"
    STREAM: ClassVar[str] = "distinct-photos"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    image_ids: list[str]
    """Two or more, in the order of their ids."""
    image_id: str | None = None
    """The only one of them that is no duplicate of the others; None: no two of them are duplicates."""
    distinct: bool = True
    """False: no longer."""

    @property
    def key(self) -> str:
        """The same for all that is said of the same photos in the same way: 32 hex digits."""
        return derived_id(*self.image_ids, self.image_id or "").hex

    def photos(self) -> Sequence[str]:
        return self.image_ids

    def undo(self, stream: InStream) -> list[Event]:
        if any(self._same(event) for _, event in stream.after):
            return []
        earlier = [event for _, event in stream.before if self._same(event)]
        return [earlier[-1] if earlier else msgspec.structs.replace(self, distinct=False)]

    def _same(self, other: Event) -> bool:
        return isinstance(other, DistinctSet) and other.key == self.key

    def without(self, erasure: Erasure) -> Event | None:
        rest = super().without(erasure)
        return rest if rest is self or len(rest.photos() if rest else ()) > 1 else None

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if not self.distinct:
            return Sentence("%(photos)s may be duplicates again", photos=photos)
        if self.image_id is None:
            return Sentence("%(photos)s are no duplicates of one another", photos=photos)
        return Sentence("A photo is no duplicate of %(photos)s", photos=Photos(len(self.image_ids) - 1))


class SetDistinct(Command, frozen=True, kw_only=True):
    """Says that no two of the photos are duplicates, or that `image` is none of the others; or takes that back."""

    TYPE: ClassVar[str] = "set_distinct"
    NAME: ClassVar[str] = "set-distinct"
    images: Annotated[list[Id], Meta(min_length=1, max_length=1000)]
    image: Id | None = None
    distinct: bool = True

    async def decide(self, known: Known) -> Decision:
        event = self._event()
        if len(event.image_ids) < 2:
            raise Refused("Only two photos or more can be duplicates.", "images")
        if self.image is not None and self.image not in event.image_ids:
            raise Refused("The photo is not one of these.", "image")
        await known.require_photos(event.image_ids)
        return Decision([event])

    def _event(self) -> DistinctSet:
        return DistinctSet(image_ids=sorted(set(self.images)), image_id=self.image, distinct=self.distinct)

    def toast(self, events: Sequence[Event]) -> Spoken:
        return self._event().line()
