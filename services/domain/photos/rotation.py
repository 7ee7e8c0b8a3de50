"""Photos that a person has turned or mirrored. Their files stay as they are."""

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from services.domain.fields import ImageIds
from services.domain.photos.remark import Remark, RemarkCommand, RemarkValue
from services.domain.subject import Command, Decision, Event, Known, Refused, event_of
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken
from services.knowledge.rotations import LEFT, MIRROR, NONE, RIGHT, Rotation, compose

Turn = Literal["left", "right", "mirror"]
_TURNS: Final[dict[Turn, int]] = {"left": LEFT, "right": RIGHT, "mirror": MIRROR}


class RotationSet(Remark, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rotation_set"
    FIELD: ClassVar[str] = "rotation"
    rotation: Rotation | None
    """What is done to the upright picture, all turns taken together; None: it is shown as the file has it."""
    by: Turn | Literal["set"] | None = None
    """The last turn, for the history; `set`: whichever it takes; None: a rotation that it had before."""

    def line(self) -> Spoken:
        photos = Photos(len(self.image_ids))
        if self.by == "left":
            return Sentence("Rotated %(photos)s to the left", photos=photos)
        if self.by == "right":
            return Sentence("Rotated %(photos)s to the right", photos=photos)
        if self.by == "mirror":
            return Sentence("Mirrored %(photos)s", photos=photos)
        if self.rotation is None:
            return Sentence("Restored the rotation of %(photos)s from the file", photos=photos)
        if self.by == "set":
            return Sentence("Rotated %(photos)s", photos=photos)
        return Sentence("Restored the rotation of %(photos)s", photos=photos)


async def _still(images: Sequence[str], known: Known) -> list[str]:
    """Each once. Raises NotFound for what is no photo, and Refused if none can be rotated."""
    await known.require_photos(images)
    still = await known.still(images)
    if not still:
        raise Refused("Videos and animations can’t be rotated.", "images")
    return [image for image in dict.fromkeys(images) if image in still]


class RotatePhotos(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rotate_photos"
    NAME: ClassVar[str] = "rotate"
    images: ImageIds
    by: Turn | Literal["reset"]
    """`left` and `right`: by 90°, as it is shown now; `reset`: as the file has it."""

    async def decide(self, known: Known) -> Decision:
        images = await _still(self.images, known)
        stream = RotationSet.STREAM.format(self=RotationSet)
        rows = await known.stream(stream)
        before: dict[str, RemarkValue] = {}
        for row in rows:
            if isinstance(event := event_of(row), RotationSet):
                before |= dict.fromkeys(event.image_ids, event.rotation)
        after: dict[int | None, list[str]] = {}
        for image in images:
            rotation = self._of(int(before.get(image) or NONE))
            if rotation != before.get(image):
                after.setdefault(rotation, []).append(image)
        by = None if self.by == "reset" else self.by
        events = [RotationSet(image_ids=some, rotation=rotation, by=by) for rotation, some in after.items()]
        return Decision(events, {stream: rows[-1].version if rows else 0})

    def _of(self, before: int) -> int | None:
        if self.by == "reset":
            return None
        rotation = compose(before, _TURNS[self.by])
        return None if rotation == NONE else rotation

    def toast(self, events: Sequence[Event]) -> Spoken:
        """Says it of all of them, whichever way each lay before."""
        turned = [event for event in events if isinstance(event, RotationSet)]
        if not turned:
            return Sentence("Nothing changed")
        images = [image for event in turned for image in event.image_ids]
        return RotationSet(image_ids=images, rotation=turned[0].rotation, by=turned[0].by).line()


class SetRotation(RemarkCommand, frozen=True, kw_only=True):
    """Imports say it, of photos that can be rotated."""

    TYPE: ClassVar[str] = "set_rotation"
    NAME: ClassVar[str] = "set-rotation"
    rotation: Rotation
    """As in `RotationSet`; 1: as the file has it."""

    def remarks(self, images: list[str]) -> Sequence[Remark]:
        return [
            RotationSet(image_ids=images, rotation=None if self.rotation == NONE else self.rotation, by="set")
        ]

    async def decide(self, known: Known) -> Decision:
        return Decision(self.remarks(await _still(self.images, known)))
