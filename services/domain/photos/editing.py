"""Several things said of the same photos at once: what an edit sheet sends."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from services.domain.categories.decisions import AssignCategory
from services.domain.fields import Id, Name, Point, SeparatedNames, Text, Title
from services.domain.photos.captions import SetCaption, SetTitle
from services.domain.photos.dates import CorrectDate
from services.domain.photos.keywords import AddKeywords, RemoveKeywords
from services.domain.photos.people import AddPeople, RemovePeople
from services.domain.photos.places import SetPlace
from services.domain.photos.rating import SetRating
from services.domain.photos.remark import WordsCommand
from services.domain.subject import Command, Decision, Event, Known
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken


class EditPhotos(WordsCommand, frozen=True, kw_only=True):
    """Only the fields that are given change anything."""

    TYPE: ClassVar[str] = "edit_photos"
    NAME: ClassVar[str] = "edit-photos"
    title: Title | None = None
    caption: Text | None = None
    rating: Annotated[int, Meta(ge=0, le=5)] | None = None
    add_keywords: SeparatedNames = msgspec.field(default_factory=list)
    remove_keywords: SeparatedNames = msgspec.field(default_factory=list)
    add_people: SeparatedNames = msgspec.field(default_factory=list)
    remove_people: SeparatedNames = msgspec.field(default_factory=list)
    category_id: Id | None = None
    """To be assigned."""
    city: Name | None = None
    place_of: Id | None = None
    """Another photo, `SetPlace.image`."""
    at: Point | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    """All as in `SetPlace`: one of the four ways to say it."""
    taken_at: Annotated[str, Meta(max_length=40)] | None = None
    spread: Literal["distances", "names"] | None = None
    """Both as in `CorrectDate`."""

    def parts(self) -> Iterator[Command]:
        images = self.images
        if self.title is not None:
            yield SetTitle(images=images, title=self.title)
        if self.caption is not None:
            yield SetCaption(images=images, caption=self.caption)
        if self.rating is not None:
            yield SetRating(images=images, rating=self.rating)
        point = (self.latitude, self.longitude)
        if any(one is not None for one in (self.city, self.place_of, self.at, *point)):
            yield SetPlace(
                images=images,
                city=self.city,
                image=self.place_of,
                at=self.at,
                latitude=point[0],
                longitude=point[1],
            )
        if self.taken_at is not None:
            yield CorrectDate(images=images, taken_at=self.taken_at, spread=self.spread)
        if self.category_id is not None:
            yield AssignCategory(images=images, category_id=self.category_id)
        yield from self._names()

    def _names(self) -> Iterator[Command]:
        images = self.images
        if self.add_keywords:
            yield AddKeywords(images=images, keywords=self.add_keywords)
        if self.remove_keywords:
            yield RemoveKeywords(images=images, keywords=self.remove_keywords)
        if self.add_people:
            yield AddPeople(images=images, people=self.add_people)
        if self.remove_people:
            yield RemovePeople(images=images, people=self.remove_people)

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        decisions = [await part.decide(known) for part in self.parts()]
        return Decision(
            [event for decision in decisions for event in decision.events],
            {stream: version for decision in decisions for stream, version in decision.rests_on.items()},
        )

    def toast(self, events: Sequence[Event]) -> Spoken:
        if not events:
            return Sentence("Nothing changed")
        return Sentence("Changed %(photos)s", photos=Photos(len(dict.fromkeys(self.images))))
