"""Edits: a photo that was saved over another inherits what people gave that one. A scan decides, or if it isn't sure, a
person."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.albums.events import ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.duplicates.distinct import DistinctSet
from services.domain.erasure import Erasure
from services.domain.estate import Apart, Estate
from services.domain.fields import Id
from services.domain.files.events import FileEvent, FileReplaced
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden
from services.domain.photos.remark import remarks_of
from services.domain.subject import Command, Decision, Event, Known, Refused, Section, event_of
from services.kernel.sentence import Sentence, Spoken


def inherited(estate: Estate, image_id: str) -> list[Event]:
    """The events that give a photo all of it."""
    events: list[Event] = [
        ImagesAddedToAlbum(album_id=album, image_ids=[image_id]) for album in estate.albums
    ]
    if estate.hidden:
        events.append(ImagesHidden(image_ids=[image_id]))
    events += [
        (CategoryAssigned if yes else CategoryRejected)(image_id=image_id, category_id=category)
        for category, yes in estate.decisions
    ]
    if estate.taken_at:
        events.append(DateCorrected(image_id=image_id, taken_at=estate.taken_at, precision=estate.precision))
    events += remarks_of(image_id, estate.remarks)
    return events + [_distinct(one, image_id) for one in estate.apart if image_id not in one.others]


def _distinct(apart: Apart, image_id: str) -> DistinctSet:
    only = image_id if apart.only == "" else apart.only
    return DistinctSet(image_ids=sorted({*apart.others, image_id}), image_id=only)


class EditSuspected(FileEvent, frozen=True, kw_only=True):
    """The new content of a path may be an edit of the former. It has inherited nothing: `ConfirmEdit` makes it."""

    TYPE: ClassVar[str] = "edit_suspected"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    previous_image_id: str

    def photos(self) -> Sequence[str]:
        return [self.image_id, self.previous_image_id]

    def without(self, erasure: Erasure) -> Event | None:
        return None if {self.image_id, self.previous_image_id} & erasure.images else self

    def line(self) -> Spoken:
        return Sentence("%(path)s may be an edit of the photo that was there before", path=self.path)


class ConfirmEdit(Command, frozen=True, kw_only=True):
    """The photo is an edit of the former one at its path: it inherits what that one has and it lacks."""

    TYPE: ClassVar[str] = "confirm_edit"
    NAME: ClassVar[str] = "confirm-edit"
    image: Id
    former: Id

    async def decide(self, known: Known) -> Decision:
        await known.require_photos([self.image, self.former])
        events = [event_of(row) for row in await known.stream(f"image-{self.image}") if row.kind == "E"]
        if not any(isinstance(e, FileReplaced) and e.previous_image_id == self.former for e in events):
            raise Refused("This photo is not a newer version of that one.", "former")
        estate = (await known.estate(self.former)).beyond(await known.estate(self.image))
        return Decision(inherited(estate, self.image))

    def toast(self, events: Sequence[Event]) -> Spoken:
        if events:
            return Sentence("It has the albums, categories and date of the earlier photo now")
        return Sentence("It already has everything the earlier photo has")
