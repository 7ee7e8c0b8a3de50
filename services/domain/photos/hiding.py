"""Photos that a person has hidden from the other views."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from services.domain.fields import ImageIds
from services.domain.subject import Command, Decision, Event, InStream, Known, Respect, Section
from services.kernel.sentence import Plural, Spoken

HIDDEN: Final = "hidden"


class Hiding(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    image_ids: list[str]

    def respects(self) -> Iterable[Respect]:
        return [(image, HIDDEN, "") for image in self.image_ids]

    def restored(self, stream: InStream) -> list[str]:
        """The photos that it hid or showed and that nobody hid or showed since."""
        hidden: set[str] = set()
        for _, event in stream.before:
            if isinstance(event, ImagesHidden):
                hidden.update(event.image_ids)
            elif isinstance(event, ImagesUnhidden):
                hidden.difference_update(event.image_ids)
        since = {one for _, event in stream.after if isinstance(event, Hiding) for one in event.image_ids}
        return [
            one
            for one in self.image_ids
            if one not in since and (one in hidden) is isinstance(self, ImagesUnhidden)
        ]


class ImagesHidden(Hiding, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_hidden"

    def undo(self, stream: InStream) -> list[Event]:
        images = self.restored(stream)
        return [ImagesUnhidden(image_ids=images)] if images else []

    def line(self) -> Spoken:
        return Plural("%(num)s photo hidden", "%(num)s photos hidden", len(self.image_ids))


class ImagesUnhidden(Hiding, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_unhidden"

    def undo(self, stream: InStream) -> list[Event]:
        images = self.restored(stream)
        return [ImagesHidden(image_ids=images)] if images else []

    def line(self) -> Spoken:
        return Plural("%(num)s photo shown again", "%(num)s photos shown again", len(self.image_ids))


class HidingCommand(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Hiding]]
    images: ImageIds

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        return Decision([self.EVENT(image_ids=list(dict.fromkeys(self.images)))])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return self.EVENT(image_ids=self.images).line()


class HideImages(HidingCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hide_images"
    NAME: ClassVar[str] = "hide-images"
    EVENT: ClassVar[type[Hiding]] = ImagesHidden


class UnhideImages(HidingCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unhide_images"
    NAME: ClassVar[str] = "unhide-images"
    EVENT: ClassVar[type[Hiding]] = ImagesUnhidden
