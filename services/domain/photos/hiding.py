"""Photos that a person doesn't want to see among the others."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.fields import ImageIds
from services.domain.subject import Command, Decision, Event, InStream, Known, Section
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken


class Hiding(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    image_ids: list[str]


class ImagesHidden(Hiding, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_hidden"

    def undo(self, stream: InStream) -> list[Event]:
        return [ImagesUnhidden(image_ids=self.image_ids)]

    def line(self) -> Spoken:
        return Sentence("%(photos)s hidden", photos=Photos(len(self.image_ids)))


class ImagesUnhidden(Hiding, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_unhidden"

    def undo(self, stream: InStream) -> list[Event]:
        return [ImagesHidden(image_ids=self.image_ids)]

    def line(self) -> Spoken:
        return Sentence("%(photos)s shown again", photos=Photos(len(self.image_ids)))


class HideImages(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hide_images"
    NAME: ClassVar[str] = "hide-images"
    images: ImageIds

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        return Decision([ImagesHidden(image_ids=list(dict.fromkeys(self.images)))])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("%(photos)s hidden", photos=Photos(len(self.images)))


class UnhideImages(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unhide_images"
    NAME: ClassVar[str] = "unhide-images"
    images: ImageIds

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        return Decision([ImagesUnhidden(image_ids=list(dict.fromkeys(self.images)))])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("%(photos)s shown again", photos=Photos(len(self.images)))
