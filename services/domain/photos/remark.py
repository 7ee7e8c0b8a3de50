"""What a person says of photos, in one respect: a rating, a title, a keyword. The rules are the same for all of them.

A subject's module defines an event (`Remark`, or `NamesRemark` for lists of names such as keywords) and a command. The
rest follows from that: undo, the read table `remark`, and what an edit of the photo inherits. How it counts against
what the file says stands in `projections/remarks.sql`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar, Final, Self
from unicodedata import normalize

import msgspec

from services.domain.erasure import Erasure
from services.domain.fields import ImageIds
from services.domain.subject import Command, Decision, Event, InStream, Known, Recorded, Respect, Section
from services.kernel.sentence import Series, Spoken, Verbatim

RemarkValue = str | int | bool | None
Slot = tuple[str, str]
"""(image id, item): what has one value at a time."""
FIELDS: dict[str, "type[Remark]"] = {}
"""By FIELD. Importing a module registers its classes."""
WHOLE = ""
"""The item of a field that has one value."""


class Remark(Event, frozen=True, kw_only=True):
    """It takes the place of what a person said before of these photos in the same respect. None withdraws that, and the
    file counts again."""

    FIELD: ClassVar[str]
    """The name of the event's field with the value, and of the respect in the read tables."""
    KIND: ClassVar[str | None] = None
    """The category whose photos it tells apart, if its value is true or false."""
    STREAM: ClassVar[str] = "remarks-{self.FIELD}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    FAMILY: ClassVar[bool] = True
    image_ids: list[str]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "FIELD" in cls.__dict__:
            FIELDS[cls.FIELD] = cls

    def items(self) -> Sequence[str]:
        """Each has a value of its own."""
        return (WHOLE,)

    def value(self) -> RemarkValue:
        value: RemarkValue = getattr(self, self.FIELD)
        return value

    @classmethod
    def of(cls, image_ids: list[str], items: Sequence[str], value: RemarkValue) -> Self:
        return cls(image_ids=image_ids, **{cls.FIELD: value})

    def slots(self) -> Iterator[Slot]:
        return ((image, item) for item in self.items() for image in self.image_ids)

    def respects(self) -> Iterator[Respect]:
        return ((image, self.FIELD, item) for image, item in self.slots())

    def undo(self, stream: InStream) -> list[Event]:
        """Each photo gets its own former value back; one of which something else was said since is left as it is."""
        value = self.value()
        later = self._latest(stream.after)
        mine = dict.fromkeys(slot for slot in self.slots() if later.get(slot, value) == value)
        earlier = self._latest(stream.before)
        former: dict[tuple[RemarkValue, str], list[str]] = {}
        for image, item in mine:
            if (before := earlier.get((image, item))) != value:
                former.setdefault((before, item), []).append(image)
        return [self.of(images, [item], before) for (before, item), images in former.items()]

    @classmethod
    def undo_together(cls, stream: Sequence[Recorded], own: Collection[int]) -> list[Event]:
        """As `undo` of each, but in one pass: what somebody else has said since, even the same, stays."""
        mine: dict[Slot, RemarkValue] = {}
        others: dict[Slot, RemarkValue] = {}
        for position, event in stream:
            if not isinstance(event, cls):
                continue
            value = event.value()
            for slot in event.slots():
                if position in own:
                    mine[slot] = value
                else:
                    others[slot] = value
                    mine.pop(slot, None)
        former: dict[tuple[RemarkValue, str], list[str]] = {}
        for (image, item), value in mine.items():
            if (before := others.get((image, item))) != value:
                former.setdefault((before, item), []).append(image)
        return [cls.of(images, [item], before) for (before, item), images in former.items()]

    def _latest(self, events: Sequence[Recorded]) -> dict[Slot, RemarkValue]:
        mine, latest = set(self.slots()), dict[Slot, RemarkValue]()
        for _, event in events:
            if isinstance(event, type(self)):
                latest.update((slot, event.value()) for slot in event.slots() if slot in mine)
        return latest


class NamesRemark(Remark, frozen=True, kw_only=True):
    """Names that photos have, or don't have whatever the file says. FIELD is the list of names."""

    present: bool | None

    def items(self) -> Sequence[str]:
        names: list[str] = getattr(self, self.FIELD)
        return names

    def value(self) -> RemarkValue:
        return self.present

    def names(self) -> Series:
        return Series([Verbatim(name) for name in self.items()])

    @classmethod
    def of(cls, image_ids: list[str], items: Sequence[str], value: RemarkValue) -> Self:
        present = None if value is None else bool(value)
        return cls(image_ids=image_ids, present=present, **{cls.FIELD: list(items)})


_TELLS_NOTHING: Final = ("images", "image", "place_of", "spread")
"""Fields with ids, which `Command.without` takes care of, and with choices."""


class WordsCommand(Command, frozen=True, kw_only=True):
    """One whose texts and places are about its photos: they go with the last of them that is forgotten for good."""

    images: ImageIds

    def without(self, erasure: Erasure) -> Command:
        rest = super().without(erasure)
        if not self.images or erasure.left(self.images):
            return rest
        values = {name: getattr(self, name) for name in self.__struct_fields__ if name not in _TELLS_NOTHING}
        blank: dict[str, Any] = {
            name: "-" for name, value in values.items() if isinstance(value, str) and value
        }
        blank |= {name: None for name, value in values.items() if isinstance(value, float)}
        blank |= {name: ["-"] for name, value in values.items() if isinstance(value, list) and value}
        return msgspec.structs.replace(rest, **blank)


class RemarkCommand(WordsCommand, frozen=True, kw_only=True):
    def remarks(self, images: list[str]) -> Sequence[Remark]:
        """What follows for these photos, each named once. Raises Refused."""
        raise NotImplementedError

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        return Decision(self.remarks(list(dict.fromkeys(self.images))))

    def toast(self, events: Sequence[Event]) -> Spoken:
        return self.remarks(list(dict.fromkeys(self.images)))[0].line()


def plain_names(names: Sequence[str]) -> list[str]:
    """Each once, on one line, without surrounding spaces, in Unicode's composed form (NFC)."""
    return list(dict.fromkeys(normalize("NFC", " ".join(name.split())) for name in names))


def remarks_of(image_id: str, values: Sequence[tuple[str, str, RemarkValue]]) -> list[Remark]:
    """Events that say all of it of the photo. `values`: (field, item, value), as the read tables hold them."""
    events = []
    for field, item, value in values:
        event = FIELDS[field].of([image_id], [item], value)
        events.append(msgspec.convert(msgspec.to_builtins(event), type(event), strict=False))
    return events
